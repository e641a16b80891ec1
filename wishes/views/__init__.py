"""Doors to the board (民声黑板)."""
