"""Undoing Content-Encoding piece by piece, so that a bomb costs one piece of memory and not its whole size."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import brotli
from backports import zstd

PIECE = 64 * 1024
WINDOW_LOG = 23  # RFC 9659: zstd on the web needs at most 8 MB of window
ENCODINGS = "gzip, deflate, br, zstd"
MAX_LAYERS = 2


class BadEncoding(ValueError):
    """The body is not what its Content-Encoding says, or is packed in a way we do not read."""


class Unpacker:
    """Takes the body as it arrives and yields it unpacked, at most PIECE bytes at a time.

    is_whole: whether the packed stream ended where it should; a truncated one gives what it held.
    """

    def __init__(self, encoding: str):
        names = [name.strip().lower() for name in encoding.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        unknown = [name for name in names if name not in LAYERS]
        if unknown or len(names) > MAX_LAYERS:
            raise BadEncoding(encoding)
        self.layers = [LAYERS[name]() for name in reversed(names)]

    @property
    def is_whole(self) -> bool:
        return all(layer.is_whole for layer in self.layers)

    def unpack(self, data: bytes, depth: int = 0) -> Iterator[bytes]:
        """Raises BadEncoding where the bytes cannot be unpacked."""
        if depth == len(self.layers):
            yield data
            return
        try:
            for piece in self.layers[depth].pieces(data):
                yield from self.unpack(piece, depth + 1)
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            raise BadEncoding(str(error)) from None


class Gzip:
    """gzip, with several members one after the other; what follows the last one is not read."""

    def __init__(self) -> None:
        self.inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self.is_whole = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self.inflate.eof:
                if not data.startswith(b"\x1f\x8b"):
                    return
                self.inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield self.inflate.decompress(data, PIECE)
            data = self.inflate.unused_data if self.inflate.eof else self.inflate.unconsumed_tail
        self.is_whole = self.inflate.eof


class Deflate:
    """zlib as the standard says, raw deflate as some servers send; the first two bytes tell which."""

    def __init__(self) -> None:
        self.inflate: zlib._Decompress | None = None
        self.head = b""

    @property
    def is_whole(self) -> bool:
        return self.inflate is not None and self.inflate.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self.inflate is None:
            data = self.head = self.head + data
            if len(data) < 2:
                return
            is_zlib = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self.inflate = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        while data and not self.inflate.eof:
            yield self.inflate.decompress(data, PIECE)
            data = self.inflate.unconsumed_tail


class Brotli:
    def __init__(self) -> None:
        self.stream = brotli.Decompressor()

    @property
    def is_whole(self) -> bool:
        return self.stream.is_finished()

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self.stream.is_finished():
            return
        piece = self.stream.process(data, output_buffer_limit=PIECE)
        while piece:
            yield piece
            piece = self.stream.process(b"", output_buffer_limit=PIECE)


class Zstd:
    def __init__(self) -> None:
        self.stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: WINDOW_LOG})

    @property
    def is_whole(self) -> bool:
        return self.stream.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self.stream.eof:
            return
        yield self.stream.decompress(data, max_length=PIECE)
        while not self.stream.needs_input and not self.stream.eof:
            yield self.stream.decompress(b"", max_length=PIECE)


LAYERS = {"gzip": Gzip, "x-gzip": Gzip, "deflate": Deflate, "br": Brotli, "zstd": Zstd}
