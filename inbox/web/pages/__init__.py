"""The pages of agents, of who signs in, and the pretend phone."""
