"""Liaison duty, 定点联系: who looks after whom, contacts, hand-over."""
