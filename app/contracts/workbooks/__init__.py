"""Workbooks of the registration office on their way into the ledger."""
