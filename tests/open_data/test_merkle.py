"""Merkle tree hashes, by the vectors of Certificate Transparency's reference implementation."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.open_data.merkle import MerkleTree, canonical, leaf_hash

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS)))
def test_a_tree_has_the_root_that_certificate_transparency_gives_it(size, root):
    tree = MerkleTree()
    for leaf in LEAVES[:size]:
        tree.append(leaf_hash(bytes.fromhex(leaf)))
    assert (tree.size, tree.root().hex()) == (size, root)


words = st.text(st.characters(exclude_categories=["Cs"]))
lines = st.dictionaries(
    st.sampled_from(["id", "pair", "new", "old", "note"]), words | st.none() | st.integers(0, 2**53)
)


@given(lines)
def test_a_line_has_one_text_whichever_library_writes_it(line):
    assert canonical(line) == json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
