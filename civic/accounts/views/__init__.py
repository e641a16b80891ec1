"""Doors of signing in, of the residents' desk and of the demo's inbox."""
