"""Code lists: industries, divisions, chains, disciplines, patent classes."""
