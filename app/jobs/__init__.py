"""Work that goes on in the background and survives what happens to its process."""
