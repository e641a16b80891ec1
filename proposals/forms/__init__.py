"""What people fill in, by noun: proposing (three steps), intake, reviews."""
