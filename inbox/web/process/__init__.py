"""What one process keeps in memory for its pages and its status."""
