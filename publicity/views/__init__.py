"""Doors to what everyone sees: home and places, projects, notices and objections, one's own, the desk, plain pages."""
