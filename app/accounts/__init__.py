"""Accounts, signing in, API keys."""
