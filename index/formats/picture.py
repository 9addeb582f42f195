"""Picture: a page as it is printed, with words framed on it, and how pixels become a PNG."""

import struct
import zlib
from dataclasses import dataclass

from index.sentences import Range


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be drawn, from 1, and the place in its `text` that is to be framed.

    `around` asks for the strip of the page around the frame, not the whole of it.
    """

    page: int
    text: str
    place: Range
    around: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, its size in pixels, and whether the words are framed on it: they are where their place is certain."""

    png: bytes
    width: int
    height: int
    framed: bool


def encode(rows: bytes, width: int, height: int) -> bytes:
    """Return a PNG of `rows` of RGB pixels, a byte a colour.

    Source: https://www.w3.org/TR/png-3/#5DataRep
    """
    stride = 3 * width
    filtered = b"".join(b"\0" + rows[at : at + stride] for at in range(0, stride * height, stride))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(filtered, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
