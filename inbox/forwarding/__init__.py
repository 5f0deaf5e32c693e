"""Outgoing webhooks: what happens here is posted to the programs of others."""
