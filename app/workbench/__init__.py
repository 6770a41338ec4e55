"""What waits for a liaison today."""
