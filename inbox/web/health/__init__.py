"""Whether all is well, for machines and for admins."""
