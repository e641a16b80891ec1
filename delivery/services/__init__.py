"""What is done with money and works, by noun: pools, approvals, contracts, works, changes, payments, acceptance,
rectifying, settlement, ratings. Locks are always taken in the order project, pool, work.
"""
