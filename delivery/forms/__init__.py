"""What people fill in, by noun: money, works, acceptance."""
