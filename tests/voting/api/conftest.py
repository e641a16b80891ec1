"""Each test has its own folder of keys."""

import pytest


@pytest.fixture(autouse=True)
def poll_keys(settings, tmp_path):
    settings.POLL_KEYS_DIR = tmp_path / "poll_keys"
    return settings.POLL_KEYS_DIR
