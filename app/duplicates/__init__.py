"""Records that read alike, for people to decide upon."""
