"""What people are told: in the console, and by the ways that they choose."""
