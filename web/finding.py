"""Finding: where words stand in a document, whatever their case and diacritics; what is found is a place, exactly."""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

import numpy as np

from index.sentences import Range

MOST = 1_000
"""Places looked for."""

ALIKE = str.maketrans("‘’‚“”„‐‑–—", "'''\"\"\"----", "\u00ad\u200b")
"""What keyboards have one sign for; what is not seen is nothing."""


def find(text: str, words: str) -> list[Range]:
    """Return where `words` stand in `text`, at most MOST places; blanks between them may be any blanks.

    A place begins and ends with whole code points, and takes in the diacritics after its last letter.
    """
    wanted = "".join(_fold(sign) for sign in words).split()
    if not wanted:
        return []
    folded, sources = _folded(text)
    matches = islice(re.finditer(r"\s+".join(map(re.escape, wanted)), folded), MOST)
    return [(sources[match.start()], _end(sources, match.end(), len(text))) for match in matches]


def _end(sources: Sequence[int], end: int, length: int) -> int:
    """Return where what was found ends in the text: before the next character that is not nothing, folded."""
    return max(sources[end - 1] + 1, sources[end] if end < len(sources) else length)


def _fold(sign: str) -> str:
    apart = unicodedata.normalize("NFD", sign.casefold())
    return "".join(part for part in apart if not unicodedata.combining(part)).translate(ALIKE)


@lru_cache(maxsize=2)
def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return `text` folded, and for each of its characters the offset in `text` that it comes from."""
    table = {ord(sign): _fold(sign) for sign in set(text)}
    folded = text.translate(table)
    if all(len(sign) == 1 for sign in table.values()):
        return folded, range(len(text))
    lengths = np.zeros(max(table) + 1, np.int64)
    for code, sign in table.items():
        lengths[code] = len(sign)
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    return folded, array("i", np.repeat(np.arange(len(codes), dtype=np.int32), lengths[codes]).tobytes())
