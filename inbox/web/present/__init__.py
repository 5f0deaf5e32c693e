"""How things look: pure functions from shapes to what templates show."""
