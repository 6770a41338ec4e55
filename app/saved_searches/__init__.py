"""Searches that people keep (收藏的检索), and what is new of them."""
