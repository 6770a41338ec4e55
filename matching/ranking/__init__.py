"""Weigh signals, read grades off them, explain."""
