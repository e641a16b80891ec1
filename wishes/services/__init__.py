"""Every write to the board (写): reporting and joining, handling, answering, the town's list. Start at moves."""
