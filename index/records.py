"""Records: a document as a library stores it, and as it is read from there."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from index.document import Document, Heading
from index.passage import Passage

COLUMNS = "id, title, source, media_type, text, sha256, pages, headings, metadata"
"""What `document_of` reads."""
FACTS = "title, media_type, sha256, pages, headings, metadata"
"""The columns that a document is compared by: where one differs, it is replaced."""


def document_of(row: Sequence[Any]) -> Document:
    """Return the document whose COLUMNS are in `row`. Raises ValueError or TypeError where they make none."""
    document_id, title, source, media_type, text, sha256, pages, headings, metadata = row
    return Document(
        id=document_id,
        title=title,
        source=source,
        media_type=media_type,
        text=text,
        sha256=sha256,
        pages=tuple(json.loads(pages)),
        headings=tuple(Heading(*heading) for heading in json.loads(headings)),
        metadata=json.loads(metadata),
    )


def facts(document: Document) -> tuple[str, ...]:
    """Return what FACTS names, as it is stored."""
    return (
        document.title,
        document.media_type,
        document.sha256,
        json.dumps(document.pages),
        json.dumps([[heading.start, heading.end, heading.level] for heading in document.headings]),
        json.dumps(dict(document.metadata)),
    )


def context(document: Document, passage: Passage) -> str:
    """Return what a passage is about besides its words: the document's title and the heading."""
    heading = document.heading_over(passage.start)
    return document.title if not heading or heading == document.title else f"{document.title}\n{heading}"


def embedded(about: str, text: str) -> str:
    """Return what a passage's vector is made of: its `context` and its words."""
    return f"{about}\n{text}"


def key_of(words: str) -> bytes:
    """Return what vectors are kept by, so that the same words are embedded once: the sha256 of what `embedded` says."""
    return hashlib.sha256(words.encode()).digest()
