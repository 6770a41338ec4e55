"""Heavy trials of the whole service; see `make campaign`."""
