"""Counting (计票): what ballots come to, as pure functions over plain values.

May import the standard library and numpy, nothing of Django and nothing of ours: a citizen can run it on a published
file. Whole numbers and fractions only; no clock, no chance, no float. Start at count.count(election, record) and
records.RuleRecord. A file goes pabulib.reading.read → model.Election → count → results.Count → reasons.why.
Meetings decide by thresholds.py, the same integers.
"""
