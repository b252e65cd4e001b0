"""Philox4x32-10: known answers, a twin in Python integers, the layout of counters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anticorr.engine import initial
from anticorr.noise import philox as kernels

WORDS = st.integers(0, 2**32 - 1)
U = np.uint64

# Random123, tests/kat_vectors: philox4x32 10 (counter, key, answer).
KNOWN = [
    ("00000000 " * 4, "00000000 " * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff " * 4, "ffffffff " * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


def twin(counter, key):
    """Philox4x32-10 as in table 2 of Salmon et al. (2011), on Python integers."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * c0, 2**32)
        high1, low1 = divmod(0xCD9E8D57 * c2, 2**32)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0 = (k0 + 0x9E3779B9) % 2**32
        k1 = (k1 + 0xBB67AE85) % 2**32
    return c0, c1, c2, c3


def words(text):
    return tuple(int(word, 16) for word in text.split())


def philox(counter, key):
    return tuple(int(word) for word in kernels.philox(*map(U, counter), *map(U, key)))


def draw(*arguments):
    return tuple(int(word) for word in kernels.draw(*map(U, arguments)))


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    assert philox(words(counter), words(key)) == words(answer)
    assert twin(words(counter), words(key)) == words(answer)


@given(st.tuples(WORDS, WORDS, WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_same_as_twin(counter, key):
    assert philox(counter, key) == twin(counter, key)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**16 - 1), st.integers(0, 2**48 - 1), WORDS, WORDS)
def test_draw_lays_out_counter_and_key(seed, stream, step, i, j):
    counter = (i, j, step % 2**32, stream * 2**16 + step // 2**32)
    assert draw(seed, stream, step, i, j) == twin(counter, (seed % 2**32, seed // 2**32))


def test_streams_have_different_numbers():
    streams = [kernels.STREAM_INJECTED, kernels.STREAM_SELECTION, initial._STREAM_INITIAL]
    assert len({int(stream) for stream in streams}) == len(streams)


def test_any_argument_changes_the_draw():
    # 2^32: the high words of seed and step count too. Equal draws by chance: below 1e-35.
    base = (5, 1, 7, 11, 13)
    drawn = {draw(*base)}
    for place, change in ((0, 1), (0, 2**32), (1, 1), (2, 1), (2, 2**32), (3, 1), (4, 1)):
        changed = list(base)
        changed[place] += change
        drawn.add(draw(*changed))
    assert len(drawn) == 8
    assert draw(5, 1, 7, 13, 11) not in drawn
