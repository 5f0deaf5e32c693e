"""Made-up data for trials: a history that looks like one, in a channel of its own."""
