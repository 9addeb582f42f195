"""Fonts: what the name of a font tells of its letters."""

import re
from functools import lru_cache

FIXED = re.compile(r"mono|courier|typewriter|consol|menlo|inconsolata|cmtt|sftt|ectt|txtt|lmtt|luximono|fixed", re.I)
BOLD = re.compile(r"bold|black|heavy|cmbx|cmssbx|sfbx|ecbx|sfsx|lmroman\d+-demi|demi(?!cond)|medi$|-bd", re.I)

FORCED = 1 << 18
"""The flag of a font that is to be drawn bold (ISO 32000-1, table 123)."""


@lru_cache(maxsize=1000)
def look(name: str, flags: int) -> tuple[bool, bool]:
    """Return whether a font of this name and these flags is bold, and whether all its letters are of one width."""
    return bool(BOLD.search(name) or flags & FORCED), bool(FIXED.search(name))
