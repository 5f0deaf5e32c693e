"""What a team knows of its customers: names of its own, attributes, notes, who is the same."""
