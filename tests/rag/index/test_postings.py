import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.postings import Lists, pack, starts_of, unpack

POSTINGS = st.dictionaries(st.integers(0, 2**31 - 2), st.integers(1, 70_000), min_size=1, max_size=40)


@given(st.lists(POSTINGS, max_size=8))
def test_lists_come_back_as_they_were(given_lists):
    ordered = [sorted(one.items()) for one in given_lists]
    flat = [pair for one in ordered for pair in one]
    sizes = [len(one) for one in ordered]
    lists = Lists(
        starts_of(sizes),
        np.array([ordinal for ordinal, _ in flat], dtype=np.int32),
        np.array([count for _, count in flat], dtype=np.int32),
    )
    back = unpack(pack(lists), sizes)
    assert back.starts.tolist() == lists.starts.tolist()
    assert back.ordinals.tolist() == lists.ordinals.tolist()
    assert back.counts.tolist() == lists.counts.tolist()


def test_a_frequent_term_takes_a_byte_a_chunk():
    ordinals = np.arange(0, 1000, 3, dtype=np.int32)
    lists = Lists(starts_of([len(ordinals)]), ordinals, np.ones(len(ordinals), np.int32))
    assert len(pack(lists)[0]) == 1 + len(ordinals)


@pytest.mark.parametrize("data", [b"", b"\x03\x00", b"\x00\x01", b"\xf0", b"\xf0\x01\x02", b"\x40\x01\x01"])
def test_bytes_that_are_no_list_are_refused(data):
    with pytest.raises(ValueError, match="length"):
        unpack([data], [1])
