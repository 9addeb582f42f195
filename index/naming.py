"""Naming: what a file that somebody sent is called on our disk."""

import hashlib
import re
import unicodedata

MAX_BYTES = 200
"""Of a name in UTF-8: file systems take 255, and temporary names are a little longer."""
PARTS = re.compile(r"[/\\]")
UNSAFE = re.compile(r'[:*?"<>|~]')
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
"""Names that are devices on Windows, whatever their suffix: a library may be carried there."""


def safe_name(name: str) -> str:
    """Return the name under which a file sent as `name` is kept: one plain name, its suffix kept.

    It is `name` itself wherever that is safe. Otherwise a part of the sha256 of `name` is in it, behind a `~`
    that no safe name has, so that files of different names are kept apart.
    """
    last = unicodedata.normalize("NFC", PARTS.split(name)[-1])
    plain = UNSAFE.sub("_", "".join(letter if letter.isprintable() else "_" for letter in last))
    if plain == name and len(plain.encode()) <= MAX_BYTES and _is_calm(plain):
        return plain
    stem, dot, ending = plain.rpartition(".")
    suffix = f".{ending}" if dot and ending.isalnum() and len(ending.encode()) <= 20 else ""
    stem = (stem if suffix else plain).encode()[: MAX_BYTES - 40].decode("utf-8", "ignore").strip(" .-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{stem if _is_calm(stem) else 'file'}~{digest}{suffix}"


def _is_calm(name: str) -> bool:
    """Tell whether a name begins and ends like one, and is no device's."""
    return name == name.strip(" .") and name[:1] not in ("", "-") and not DEVICES.match(name)
