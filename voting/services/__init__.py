"""What can be done at an assembly, by noun: assemblies, meetings, attendance, items, ballots, minutes."""
