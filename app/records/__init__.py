"""What every kind of searchable record has in common."""
