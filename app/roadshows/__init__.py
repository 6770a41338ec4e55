"""路演: events whose agenda is made of the best matches of those invited."""
