"""对接: a pair is followed from the recommendation to the contract and beyond."""
