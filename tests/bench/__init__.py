"""How fast Inbox is on this machine, beside what this machine can do at all.

``python -m tests.bench`` prints a table. Both sides of a ratio are measured in the same run, in
turns. These are no tests: a slow machine fails nothing.
"""
