"""What an organisation has here as a whole: how much in which state, and what its achievements leave open."""
