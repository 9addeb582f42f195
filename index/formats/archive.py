"""Archives: the parts of a zip file, within bounds that a zip bomb cannot pass."""

import io
import zipfile
import zlib

from lxml import etree

from index.formats.draft import Refused
from index.formats.encoding import kind

MAX_PARTS = 20_000
MAX_PART_BYTES = 60_000_000
"""Bytes that one part of an archive may unfold to."""
MAX_UNFOLDED = 600_000_000
"""Bytes that all parts of an archive may say they unfold to."""


class Archive:
    """A zip file in memory whose parts are read one at a time, each within MAX_PART_BYTES."""

    def __init__(self, content: bytes, what: str) -> None:
        """Open the archive. Raises Refused for what is none, `what` ("a DOCX") being what was expected."""
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            raise Refused("is encrypted, or of the old binary kind; save it without a password and in today's form.")
        if not content.startswith(b"PK"):
            looks = kind(content)
            raise Refused(f"is no {what}" + (f" (it begins like {looks})" if looks else "") + "; save it as one again.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
            raise Refused("is truncated or damaged; save or fetch it again.") from error
        parts = self._zip.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNFOLDED:
            raise Refused(f"unfolds to more than {MAX_UNFOLDED // 1_000_000} MB or {MAX_PARTS:,} parts (a zip bomb?).")
        self.names = {part.filename for part in parts}

    def part(self, name: str) -> bytes:
        """Return the bytes of the part `name`. Raises Refused where it is missing, encrypted, damaged or too large."""
        try:
            with self._zip.open(name) as part:
                content = part.read(MAX_PART_BYTES + 1)
        except KeyError as error:
            raise Refused(f"lacks its part {name!r}; save it again.") from error
        except RuntimeError as error:
            raise Refused("is encrypted; save it without a password and add it again.") from error
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise Refused(f"is damaged in its part {name!r}; save or fetch it again.") from error
        if len(content) > MAX_PART_BYTES:
            raise Refused(f"has a part of more than {MAX_PART_BYTES // 1_000_000} MB, {name!r} (a zip bomb?).")
        return content

    def xml(self, name: str) -> etree._Element:
        """Return the tree of the XML part `name`; no entity is unfolded and nothing is fetched."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        try:
            root = etree.fromstring(self.part(name), parser)
        except etree.XMLSyntaxError as error:
            raise Refused(f"is damaged in its part {name!r}; save it again.") from error
        if root is None:
            raise Refused(f"is damaged in its part {name!r}; save it again.")
        return root
