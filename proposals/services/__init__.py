"""What can be done to a proposal, by noun: moves (every change of state), proposing, intake, merging, reviews, rounds."""
