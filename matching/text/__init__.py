"""Normalise, segment and cut texts."""
