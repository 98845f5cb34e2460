"""Places, their kinds and spellings, and the words that names of bodies are made of, one entry a line."""
