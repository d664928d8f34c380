"""Packed bodies: round trips however they are cut, truncated ones, and bombs in small pieces."""

import contextlib
import gzip
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from crawlers.unpack import PIECE, BadEncoding, Unpacker

PACK = {
    "gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress,
    "raw deflate": lambda data: zlib.compress(data)[2:-4],
}  # fmt: skip


def unpacked(unpacker, data, step=1000):
    return b"".join(
        piece for at in range(0, len(data), step) for piece in unpacker.unpack(data[at : at + step])
    )


@given(st.binary(max_size=3000), st.integers(1, 5000), st.sampled_from(sorted(PACK)))
def test_what_was_packed_comes_back_however_it_is_cut(data, step, name):
    unpacker = Unpacker(name.removeprefix("raw "))
    assert unpacked(unpacker, PACK[name](data), step) == data
    assert unpacker.is_whole


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_comes_in_pieces(name):
    packed = PACK[name](b"\0" * 20 * 2**20)
    assert len(packed) < 30_000
    sizes = [len(piece) for piece in Unpacker(name).unpack(packed)]
    assert sum(sizes) == 20 * 2**20
    assert max(sizes) <= 4 * PIECE


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_truncated_body_gives_what_it_held_and_is_not_whole(name):
    packed = PACK[name](bytes(range(256)) * 400)
    unpacker = Unpacker(name)
    assert len(unpacked(unpacker, packed[:-3])) <= 256 * 400
    assert not unpacker.is_whole


@pytest.mark.parametrize("encoding", ["lzma", "gzip, gzip, gzip", "gzip;q=1"])
def test_an_encoding_we_do_not_read(encoding):
    with pytest.raises(BadEncoding):
        Unpacker(encoding)


@given(st.binary(min_size=1, max_size=200), st.sampled_from(["gzip", "br", "zstd", "deflate"]))
def test_nonsense_is_bad_encoding_and_nothing_else(data, name):
    with contextlib.suppress(BadEncoding):
        unpacked(Unpacker(name), data)


def test_two_layers_members_and_no_layer():
    assert unpacked(Unpacker("gzip, br"), brotli.compress(gzip.compress(b"abc"))) == b"abc"
    assert unpacked(Unpacker("gzip"), gzip.compress(b"a") + gzip.compress(b"b") + b"rest") == b"ab"
    assert unpacked(Unpacker(" identity"), b"abc") == b"abc"
