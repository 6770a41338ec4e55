"""研判: grades that people give to pairs of a need and an achievement."""
