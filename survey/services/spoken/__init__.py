"""Languages, and the voice and texts in each of them."""
