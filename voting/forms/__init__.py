"""What people fill in (表单), by what it is about: meetings, polls, ballots."""
