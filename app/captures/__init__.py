"""Achievements that a liaison found elsewhere, 捕捉成果."""
