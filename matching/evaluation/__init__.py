"""Measure rankings against graded relevance."""
