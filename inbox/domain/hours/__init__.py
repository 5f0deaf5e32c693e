"""Business hours of a channel, and what it says by itself: pure rules."""
