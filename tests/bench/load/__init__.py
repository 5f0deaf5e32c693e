"""The load, each kind a process of its own: JSON in on stdin, figures out on stdout."""
