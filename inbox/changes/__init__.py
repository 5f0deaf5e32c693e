"""Reactions, edits and deletions are a set of facts; what a message shows follows from them."""
