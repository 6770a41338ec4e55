"""Weigh features, read grades off them, explain."""
