"""Learning from judgements: weight sets, training, comparison, quality."""
