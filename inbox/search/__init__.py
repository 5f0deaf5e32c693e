"""Finding what was said and who said it: one index of words, kept behind the writing."""
