"""`make drill`: the promises that only show when something is killed, hung, full or late, tried on real servers.

`python -m tests.drill [NAMES] [--rounds N]` gives each drill a PostgreSQL of its own (with fsync), and Redis, gunicorn
and a worker where it wants them, all on 127.0.0.1; prints what was found, and writes docs/drill.md when all were run.
A drill is a module with one function ``drill(...) -> Finding``; DRILLS in __main__.py lists them.
"""
