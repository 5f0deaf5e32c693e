"""What every request goes through: guard, headers, ranges, errors, static files."""
