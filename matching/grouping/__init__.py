"""Gather documents of several owners that are about the same thing."""
