"""Rounds of 需求征集."""
