"""Receipts are a set of facts; a message's status is derived from them, whoever brings one."""
