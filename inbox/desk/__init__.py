"""What a team does with a conversation among themselves: nothing of it reaches a provider."""
