"""Each test has its own folder of keys."""

from tests.voting.urn.conftest import poll_keys

__all__ = ["poll_keys"]
