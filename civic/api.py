"""The API's endpoints."""

ROUTES: tuple = ()
