"""Version: which code and which libraries read a file, so that what another version read is read again."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
BELOW = ("document", "sentences", "passage", "metadata")
"""Rooms outside this package that say what a document and its passages are."""
LIBRARIES = ("charset-normalizer", "lxml", "mammoth", "markdown-it-py", "pypdfium2", "ruamel.yaml")


@cache
def parser() -> str:
    """Return 16 hexadecimal digits that change with any file of the loaders, what they stand on, or their libraries."""
    sources = [
        *sorted(HERE.rglob("*.py")),
        *(HERE.parent / f"{name}.py" for name in BELOW),
    ]
    hashed = hashlib.sha256(b"".join(source.read_bytes() for source in sources))
    hashed.update(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    return hashed.hexdigest()[:16]
