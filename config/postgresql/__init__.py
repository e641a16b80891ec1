"""Django's own PostgreSQL backend, which asks less (base)."""
