"""Files that customers send: fetched, kept by their digest, and made small for the thread."""
