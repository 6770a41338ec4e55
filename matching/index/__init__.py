"""Find documents by vectors and by words, under filters."""
