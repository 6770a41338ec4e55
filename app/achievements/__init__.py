"""University achievements, 科技成果."""
