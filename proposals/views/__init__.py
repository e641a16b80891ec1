"""The doors of proposals, by noun: proposing, seconding, cycles (轮次), intake, reviews."""
