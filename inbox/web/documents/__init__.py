"""What is written about Inbox, as pages: the files of ``docs/``, and the contracts."""
