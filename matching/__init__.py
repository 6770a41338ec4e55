"""The matching engine: documents in, ranked and explained hits out. Start at `matching.matcher`."""
