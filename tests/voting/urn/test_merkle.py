"""The tree of the log against the vectors of the reference implementation of RFC 6962."""

import pytest

from voting import merkle

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]


def test_the_head_of_no_leaves_is_the_hash_of_nothing():
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_heads_are_those_of_the_reference(size):
    assert merkle.root(HASHES[:size]).hex() == ROOTS[size - 1]


def test_the_path_of_the_sixth_leaf_of_eight_is_that_of_the_reference():
    assert [step.hex() for step in merkle.inclusion(HASHES, 5)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_proof_that_six_leaves_grew_into_eight_is_that_of_the_reference():
    assert [step.hex() for step in merkle.consistency(HASHES, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@pytest.mark.parametrize("size", range(1, 9))
def test_every_leaf_of_every_tree_is_shown_to_be_in_it_and_in_no_other_place(size):
    head = merkle.root(HASHES[:size])
    for position in range(size):
        path = merkle.inclusion(HASHES[:size], position)
        places = [place for place in range(size) if merkle.included(HASHES[position], place, size, path, head)]

        assert places == [position]
        assert not merkle.included(merkle.leaf_hash(b"another"), position, size, path, head)


@pytest.mark.parametrize("size", range(1, 9))
def test_every_tree_is_shown_to_have_grown_from_every_smaller_one(size):
    after = merkle.root(HASHES[:size])
    for earlier in range(1, size + 1):
        path = merkle.consistency(HASHES[:size], earlier)

        assert merkle.consistent(earlier, merkle.root(HASHES[:earlier]), size, after, path)
        assert not merkle.consistent(earlier, merkle.leaf_hash(b"another"), size, after, path)


def test_a_proof_of_a_leaf_that_is_not_there_is_not_made():
    with pytest.raises(ValueError):
        merkle.inclusion(HASHES, 8)
    with pytest.raises(ValueError):
        merkle.consistency(HASHES, 9)
