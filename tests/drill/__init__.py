"""What is tried at length, against real servers."""
