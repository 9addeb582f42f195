"""Receive: the files of a form (multipart/form-data, RFC 7578), from the request straight onto the disk."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from fastapi import HTTPException
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from index.atomic import why
from index.formats import MAX_BINARY_BYTES, MAX_BYTES, MEDIA_TYPES
from index.naming import safe_name
from index.uploads import Staging

MAX_FILES = 1000
FORM = "multipart/form-data"


class _Receiver:
    """Takes the parts of a form as they come. Parts without a file name are passed over."""

    def __init__(self, staging: Staging, boundary: bytes) -> None:
        self.refused: list[str] = []
        self.ended = False
        self._staging = staging
        self._open = ExitStack()
        self._file: BinaryIO | None = None
        self._name, self._left = "", 0
        self._header, self._value, self._disposition = b"", b"", b""
        names = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end",
                 "headers_finished", "end")  # fmt: skip
        callbacks = {f"on_{name}": getattr(self, f"_on_{name}") for name in names}
        self._parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]

    def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises HTTPException for what is too large, and FormParserError for no form."""
        self._parser.write(chunk)

    def close(self) -> None:
        """Close the file that is open, if any."""
        self._open.close()

    def _on_part_begin(self) -> None:
        self._disposition = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _on_headers_finished(self) -> None:
        name = parse_options_header(self._disposition)[1].get(b"filename", b"").decode("utf-8", "backslashreplace")
        if not name:
            return  # another field, or a field for files that none was chosen for
        kept = safe_name(name)
        media_type = MEDIA_TYPES.get(Path(kept).suffix.lower())
        if media_type is None:
            self.refused.append(f"{name}: Pincite reads {', '.join(sorted(MEDIA_TYPES))}.")
        elif self._staging.has(name):
            self.refused.append(f"{name}: there was another file of this name; rename one of them.")
        elif len(self._staging.names) >= MAX_FILES:
            raise HTTPException(413, f"At most {MAX_FILES:,} files can be uploaded at once.")
        else:
            self._name, self._left = name, MAX_BYTES if media_type.startswith("text/") else MAX_BINARY_BYTES
            self._file = self._open.enter_context(self._staging.file(name))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            return
        self._left -= end - start
        if self._left < 0:
            raise HTTPException(413, f"{self._name} is too large; split it into parts. Nothing was uploaded.")
        self._file.write(data[start:end])

    def _on_part_end(self) -> None:
        if self._file is not None:
            self._file = None
            self._open.close()

    def _on_end(self) -> None:
        self.ended = True


async def receive(request: Request, staging: Staging) -> list[str]:
    """Write the files of a form into `staging`; return why some were refused, each by its name.

    Raises HTTPException where the body is no form, breaks off, is too large or holds no file.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if kind != FORM.encode() or not boundary:
        raise HTTPException(415, f"Send the files as a form ({FORM}), each as a part with a filename.")
    broken = "The upload is broken or was cut off; send it again. Nothing was uploaded."
    try:
        receiver = _Receiver(staging, boundary)
        try:
            async for chunk in _chunks(request):
                await run_in_threadpool(receiver.write, chunk)
        finally:
            await run_in_threadpool(receiver.close)
    except FormParserError as error:
        raise HTTPException(422, broken) from error
    except OSError as error:
        detail = f"The upload could not be written to the disk ({why(error)}). Nothing was uploaded."
        raise HTTPException(507, detail) from error
    if not receiver.ended:
        raise HTTPException(422, broken)
    if not staging.names:
        raise HTTPException(422, " ".join(receiver.refused) or "Choose a file first; there was none in the form.")
    return receiver.refused


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk
