from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.api.decoding import PIECE, PackingError, Unpacker

if TYPE_CHECKING:
    from collections.abc import Callable


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    " GZip": gzip.compress,
    "x-gzip": lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:]),
    "deflate": zlib.compress,
    "Deflate": bare_deflate,
}


@given(st.sampled_from(sorted(PACKERS)), st.binary(max_size=300), st.integers(1, 40))
def test_whatever_was_packed_comes_out_in_any_chunks(encoding: str, data: bytes, size: int) -> None:
    packed = PACKERS[encoding](data)
    unpacker = Unpacker(encoding)
    out = b"".join(
        piece for start in range(0, len(packed), size) for piece in unpacker.feed(packed[start : start + size])
    )
    assert out == data
    assert unpacker.is_whole


@pytest.mark.parametrize("encoding", sorted(PACKERS))
def test_pieces_are_small_however_much_comes_out(encoding: str) -> None:
    pieces = list(Unpacker(encoding).feed(PACKERS[encoding](b"x" * 5 * PIECE)))
    assert b"".join(pieces) == b"x" * 5 * PIECE
    assert max(map(len, pieces)) <= PIECE


def test_a_bomb_can_be_left_after_the_first_piece() -> None:
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    assert len(next(Unpacker("gzip").feed(bomb))) == PIECE


@given(st.integers(0, 2 * PIECE), st.integers(0, 3), st.sampled_from(["gzip", "deflate"]), st.integers(1, 5000))
def test_no_byte_stays_behind_at_the_edge_of_a_piece(count: int, step: int, encoding: str, size: int) -> None:
    data = bytes(number * step & 0xFF for number in range(200)) + b"a" * (count + PIECE - 250)
    packed = PACKERS[encoding](data)
    unpacker = Unpacker(encoding)
    out = b"".join(
        piece for start in range(0, len(packed), size) for piece in unpacker.feed(packed[start : start + size])
    )
    assert out == data
    assert unpacker.is_whole


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_cut_is_not_whole(encoding: str) -> None:
    unpacker = Unpacker(encoding)
    assert unpacker.is_whole
    list(unpacker.feed(PACKERS[encoding](b"some words")[:-5]))
    assert not unpacker.is_whole


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("chunks", [1, 2])
def test_padding_behind_the_last_member_is_passed_over(encoding: str, chunks: int) -> None:
    unpacker = Unpacker(encoding)
    packed = PACKERS[encoding](b"a")
    out = unpacker.feed(packed + b"\0\0") if chunks == 1 else [*unpacker.feed(packed), *unpacker.feed(b"\0\0")]
    assert b"".join(out) == b"a"
    assert list(unpacker.feed(b"\0")) == []
    assert unpacker.is_whole


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_damage_is_found(encoding: str) -> None:
    packed = bytearray(PACKERS[encoding](b"some words, some more words" * 9))
    packed[-5] ^= 0xFF
    with pytest.raises(PackingError, match="damaged"):
        list(Unpacker(encoding).feed(bytes(packed)))


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "?"])
def test_what_was_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(PackingError, match="not asked for"):
        Unpacker(encoding)
