"""目标与口径: what a year is to bring, where a year begins, which counties and parks there are."""
