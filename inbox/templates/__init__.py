"""Message templates: kept as providers list them, searched, and changed there."""
