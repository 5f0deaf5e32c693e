"""Reports: what the rows of a time come to, counted by one thing or another."""
