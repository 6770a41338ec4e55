"""Reminders: what is due, told once a day."""
