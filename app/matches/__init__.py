"""Matches: the gateway to the engine and what it is fed with."""
