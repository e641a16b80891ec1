"""Doors to money and works, by who comes: the town's desk, the works' desk, the site, acceptance, residents."""
