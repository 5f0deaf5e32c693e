"""What stays open: sockets, who listens on them, and the fragments that they carry."""
