"""Encodings: the bytes of a text -> its characters."""

import codecs
import re

from charset_normalizer import CharsetMatch, from_bytes

from index.document import normalise
from index.formats.draft import Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

KINDS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a zip archive (DOCX, EPUB and others are such)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a SQLite database"),
    (b"{\\rtf", "an RTF text"),
)

DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset\s*=|<\?xml[^>]{0,100}?encoding\s*=)\s*["']?\s*([\w.:-]+)""", re.I
)

CANDIDATES = """
    cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 iso8859_2 koi8_r shift_jis euc_jp gb18030 big5
    euc_kr tis_620
""".split()
"""What the web is written in beside Unicode (WHATWG Encoding), the commonest first; rarer ones are no likely guess."""

SAMPLE = 200_000
"""Bytes that an undeclared encoding is guessed from."""


def kind(content: bytes) -> str:
    """Return in words what `content` begins like, or an empty string."""
    return next((words for magic, words in KINDS if content.startswith(magic)), "")


def decode(content: bytes, *, markup: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return the characters of `content`, normalised, and a note where the encoding was guessed.

    Asked in turn: a byte order mark, the encoding that `markup` declares, UTF-8, and for what is none
    of these charset-normalizer's guess. Raises Refused for what is no text.
    """
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None)
    if encoding is None and (looks := kind(content)):
        raise Refused(f"holds {looks} and no text; give it the suffix of what it is.")
    if encoding is None and b"\0" in content:
        encoding = _wide(content)
    tries = [encoding] if encoding else ["utf-8"]
    declared = DECLARED.search(content[:4096]) if markup and not encoding else None
    if declared:
        tries.insert(0, _web_name(declared[1].decode("ascii", "replace")))
    for name in tries:
        try:
            return normalise(content.decode(name)), ()
        except (UnicodeDecodeError, LookupError):
            continue
    text, name = _guessed(content, encoding)
    return normalise(text), (f"states no encoding and was read as {name}; save it as UTF-8 where that is wrong.",)


def _web_name(name: str) -> str:
    """Return the encoding that browsers read `name` as: what says Latin-1 is Windows-1252 (WHATWG Encoding)."""
    return "cp1252" if name.lower() in {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"} else name


def _wide(content: bytes) -> str:
    """Return which UTF-16 the zeros of `content` speak of. Raises Refused where they speak of none."""
    even, odd = content[:SAMPLE:2].count(0), content[1:SAMPLE:2].count(0)
    pairs = max(1, min(len(content), SAMPLE) // 2)
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    if content.strip(b"\0 \r\n\t") and content.count(0) < len(content) // 100:
        return "utf-8"
    raise Refused("is no text but binary data; give it the suffix of what it is, or leave it out.")


def _likely(match: CharsetMatch) -> tuple[float, float, int]:
    """Order guesses: least mess, most words of a language, and among equals the commoner encoding."""
    return round(match.chaos, 2), -round(match.coherence, 1), CANDIDATES.index(match.encoding)


def _guessed(content: bytes, marked: str | None) -> tuple[str, str]:
    """Return the characters of `content` and the encoding they were read in. Raises Refused for what is no text."""
    controls = sum(content.count(byte) for byte in (*range(1, 9), *range(14, 27), *range(28, 32)))
    if marked in (None, "utf-8") and controls * 50 <= len(content):
        found = from_bytes(content[:SAMPLE], cp_isolation=CANDIDATES)
        likely = min(found, key=_likely, default=None)
        name = likely.encoding if likely else "cp1252"
        try:
            return content.decode(name, errors="strict" if len(content) <= SAMPLE else "replace"), name
        except (UnicodeDecodeError, LookupError):
            pass
    raise Refused("is not text in any encoding known here; save it as UTF-8 and add it again.")
