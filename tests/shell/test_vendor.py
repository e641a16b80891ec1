"""Third-party files are the very ones the manifest names: nothing slipped in, nothing changed."""

import hashlib
import json

import pytest
from django.conf import settings

VENDOR = settings.BASE_DIR / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
FILES = {path: sha for package in MANIFEST for path, sha in package["files"].items()}


@pytest.mark.parametrize("path", FILES)
def test_a_vendored_file_is_unchanged(path):
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == FILES[path]


def test_no_vendored_file_is_unlisted():
    found = {str(p.relative_to(VENDOR)) for p in VENDOR.rglob("*") if p.is_file()} - {"manifest.json"}

    assert found == set(FILES)


@pytest.mark.parametrize("package", MANIFEST, ids=lambda p: p["name"])
def test_a_vendored_package_states_where_it_is_from_and_its_licence(package):
    assert all(package[key] for key in ("name", "version", "licence", "source"))


def test_no_vendored_script_names_a_map_that_is_not_here():
    assert not [p for p in FILES if b"sourceMappingURL" in (VENDOR / p).read_bytes()]
