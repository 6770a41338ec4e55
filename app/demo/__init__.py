"""What the demonstration shows beyond the seed data, noun by noun."""
