"""Sandbox: parses a file in a child process, whose crash, hunger or endless loop costs that file alone."""

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from base64 import b64decode
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.document import Heading
from index.formats.draft import MAX_CHARACTERS, Draft, Refused, Unparsed
from index.formats.picture import Picture, Wanted

MEMORY = 1_500_000_000
"""Bytes the child may have."""
STEP_SECONDS = 60
"""Seconds of a processor for one page of a PDF, or for a whole file of another format."""
TOTAL_SECONDS = 900
"""Seconds of a processor for one file."""
PATIENCE = 10
"""How many times longer the child may take by the clock: a busy machine is no fault of the file."""
MAX_ANSWER = 8 * MAX_CHARACTERS
"""Bytes a draft may have on its way back."""
PAGES_LEFT_OUT = 5
"""Pages of one PDF that may stop the child before the file is given up."""


class _Lost(Exception):
    """The child ended or was silent for too long: `why`, while it was at page `at` (0: at none)."""

    def __init__(self, why: str, at: int, began: bool) -> None:
        super().__init__(why)
        self.at, self.began = at, began


class Sandbox:
    """One child process, started with the first file and again after it died. Threads take turns."""

    def __init__(self, memory: int = MEMORY, step: float = STEP_SECONDS, total: float = TOTAL_SECONDS) -> None:
        self.memory, self.step, self.total = memory, step, total
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._pending = b""

    def parse(self, media_type: str, content: bytes) -> Draft:
        """Return the Draft of `content`. A page that stops the child is left out.

        Raises Refused for what no Document can be made of, and Unparsed where the child did not get through.
        """
        with self._turn:
            left_out: list[int] = []
            restarts = 0
            while True:
                try:
                    work = {"media_type": media_type, "leave_out": left_out}
                    return _unpacked(self._ask(work, content)["draft"])
                except _Lost as lost:
                    self._end()
                    if not lost.began and restarts < 2:
                        restarts += 1
                    elif lost.at and len(left_out) < PAGES_LEFT_OUT and lost.at not in left_out:
                        left_out.append(lost.at)
                    else:
                        raise Unparsed(f"{lost}; it may be damaged: save it anew and add that.") from lost
                except Refused:
                    raise
                except BaseException:
                    self._end()  # Ctrl-C and the like: what the child still has to say is for nobody
                    raise

    def picture(self, content: bytes, wanted: Wanted) -> Picture:
        """Return the picture of a page of the PDF in `content`. Raises Refused and Unparsed as `parse` does."""
        with self._turn:
            try:
                drawn = self._ask({"picture": asdict(wanted)}, content)["picture"]
            except _Lost as lost:
                self._end()
                raise Unparsed(f"{lost}, so that page {wanted.page} cannot be drawn.") from lost
            except Refused:
                raise
            except BaseException:
                self._end()
                raise
        return Picture(**drawn | {"png": b64decode(drawn["png"])})

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        return self._child.pid if self._child else None

    def _ask(self, work: dict[str, Any], content: bytes) -> dict[str, Any]:
        """Return the child's last message about `content`. Raises Refused and _Lost."""
        child = self._started()
        assert child.stdin is not None
        request = {**work, "size": len(content), "step": self.step, "total": self.total}
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.write(content)
            child.stdin.flush()
        except (BrokenPipeError, ConnectionError):
            pass  # the child is gone; the answer that does not come says so
        deadline, at, began = time.monotonic() + PATIENCE * self.total, 0, False
        while True:
            message = self._line(child, min(deadline, time.monotonic() + PATIENCE * self.step), at, began)
            began = True
            if "at" in message:
                at = int(message["at"])
            elif "refused" in message:
                raise Refused(str(message["refused"]))
            elif "memory" in message:
                raise _Lost(f"needs more than {self.memory // 1_000_000} MB of memory to be read", at, began)
            elif not message.keys() <= {"began"}:
                return message

    def _line(self, child: subprocess.Popen[bytes], deadline: float, at: int, began: bool) -> dict[str, Any]:
        """Return the child's next message. Raises _Lost where none comes."""
        assert child.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            parts = [self._pending]
            size = len(self._pending)
            while b"\n" not in parts[-1]:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise _Lost(self._slow(at), at, began)
                part = os.read(child.stdout.fileno(), 1 << 20)
                if not part:
                    slow = child.wait() == -signal.SIGXCPU
                    raise _Lost(self._slow(at) if slow else f"makes its reader fail{_where(at)}", at, began)
                parts.append(part)
                size += len(part)
                if size > MAX_ANSWER:
                    raise _Lost("unfolds to more text than can be kept", 0, began)
        line, _, self._pending = b"".join(parts).partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message

    def _slow(self, at: int) -> str:
        return f"takes longer than {self.step:g} seconds{_where(at)}"

    def _started(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # a fork has its parent's pipes in hand and must not use them
            self._child, self._owner = None, os.getpid()
        if self._child is None or self._child.poll() is not None:
            self._end()
            root = Path(__file__).resolve().parent.parent.parent
            self._child = subprocess.Popen(  # noqa: S603 - what runs is this package
                [sys.executable, "-B", "-c", STARTS],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(root)},
                start_new_session=True,  # Ctrl-C is for the parent, which ends the child in its own time
            )
            assert self._child.stdin is not None
            self._child.stdin.write(f"{self.memory}\n".encode())
            self._child.stdin.flush()
            atexit.register(self._end)
        return self._child

    def _end(self) -> None:
        child, self._child, self._pending = self._child, None, b""
        atexit.unregister(self._end)
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # what was still to be written is for nobody now
        child.wait()


STARTS = "from index.formats.worker import main; main()"


def _where(at: int) -> str:
    return f" at page {at}" if at else ""


def _unpacked(draft: dict[str, Any]) -> Draft:
    return Draft(
        text=draft["text"],
        headings=tuple(Heading(*heading) for heading in draft["headings"]),
        pages=tuple(draft["pages"]),
        title=draft["title"],
        metadata=draft["metadata"],
        notes=tuple(draft["notes"]),
    )
