"""Conversations and their messages: who wrote what, what became of it, and what is shown."""
