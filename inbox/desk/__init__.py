"""What agents do: read the list and the thread, and mark what they have seen."""
