"""What an organisation put in, taken out again."""
