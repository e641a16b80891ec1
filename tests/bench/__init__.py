"""`make bench`: the platform's speed as ratios to floors measured in the same run, on PostgreSQL.

`python -m tests.services python -m tests.bench` fills a database, serves the product and two bare views
with the same server settings, measures each in turn and writes docs/bench.md.
"""
