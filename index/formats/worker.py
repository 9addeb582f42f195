"""Worker: the child process that parses files for the sandbox, one after another, within limits of its own.

A request is a line of JSON (`size`, `step`, `total`, and `media_type` with `leave_out` or the `picture` wanted) and
`size` bytes. What comes back are lines of JSON: `{"began": true}`, `{"at": page}` while it works, and last a draft, a
picture, a refusal or `{"memory": true}`.
"""

import json
import math
import os
import resource
import select
import sys
import threading
import time
from base64 import b64encode
from dataclasses import asdict
from io import FileIO
from typing import Any, BinaryIO

from index.formats.draft import Draft, Refused
from index.formats.parse import parse
from index.formats.picture import Wanted

IDLE = 60
"""Seconds without a file after which the worker ends; the next file starts another."""


def main() -> None:
    """Serve requests from standard input until it ends, the parent is gone or nothing comes for IDLE seconds."""
    source = FileIO(0, closefd=False)  # unbuffered, so that `select` sees all there is
    memory = int(source.readline())
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not speak in between
    confine(memory)
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
    while True:
        waiting, _, _ = select.select([0], [], [], IDLE)
        header = source.readline() if waiting else b""
        if not header:
            return
        _serve(json.loads(header), source, out)


def confine(memory: int) -> None:
    """Bound this process: `memory` bytes, no files written, no dump of it when it dies."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_AS, (4 * memory, 4 * memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(4000)


def _serve(request: dict[str, Any], source: FileIO, out: BinaryIO) -> None:
    end = time.process_time() + request["total"]

    def at(page: int) -> None:
        _allow(min(request["step"], end - time.process_time()))
        _tell(out, {"at": page})

    _allow(request["step"])
    _tell(out, {"began": True})
    try:
        content = _exactly(source, request["size"])
        answer: dict[str, Any]
        if "picture" in request:
            answer = {"picture": _picture(content, Wanted(**request["picture"]))}
        else:
            answer = {"draft": packed(parse(request["media_type"], content, at, request["leave_out"]))}
    except Refused as refused:
        answer = {"refused": str(refused)}
    except RecursionError:
        answer = {"refused": "is nested too deeply to be read; save it again with another program."}
    except MemoryError:
        _tell(out, {"memory": True})
        os._exit(1)  # what memory is left is not to be trusted
    _tell(out, answer)


def _allow(seconds: float) -> None:
    """Let this process have so many more seconds of a processor; SIGXCPU ends it then, whatever it is in."""
    limit = max(1, math.ceil(time.process_time() + seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def packed(draft: Draft) -> dict[str, Any]:
    """Return a draft as JSON carries it."""
    return asdict(draft) | {"headings": [[heading.start, heading.end, heading.level] for heading in draft.headings]}


def _picture(content: bytes, wanted: Wanted) -> dict[str, Any]:
    """Return the picture of a page of a PDF as JSON carries it."""
    from index.formats import pdf

    made = asdict(pdf.picture(content, wanted))
    return made | {"png": b64encode(made["png"]).decode()}


def _exactly(source: FileIO, size: int) -> bytes:
    content = bytearray(size)
    rest = memoryview(content)
    while rest:
        count = source.readinto(rest[: 1 << 20])
        if not count:
            os._exit(0)  # the parent went away in the middle of it
        rest = rest[count:]
    rest.release()
    return bytes(content)


def _tell(out: BinaryIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    out.flush()


def _watch(parent: int) -> None:
    """End this process once its parent is gone, also in the midst of a file."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


if __name__ == "__main__":
    main()
