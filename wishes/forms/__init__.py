"""What people fill in, by noun: the board, visits."""
