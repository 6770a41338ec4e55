"""The only door to the matching engine: index, encoders, weight sets."""
