"""What a text gives away: the enterprise behind an anonymous need, or a state secret."""
