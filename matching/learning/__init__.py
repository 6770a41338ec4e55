"""Learn ranking weights from graded pairs, turn scores into grades, and say how well it went."""
