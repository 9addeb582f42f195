"""Whatever is done to a library, in whatever order, it holds what a plain dictionary holds."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from index import Cancelled, Library, LibraryError, Progress, Search
from index.formats import make_document
from index.health import examine
from tests.index.faults import Disk, Fault, failing
from tests.index.light import LightEmbedder

NAMES = st.sampled_from(["a.txt", "b.md", "inner/c.txt", "inner/deep/d.txt", "e.txt"])
MOMENTS = st.integers(1, 12)
STEPS = st.integers(1, 60)
Held = dict[str, tuple[str, str]]
"""Documents by their locations: id and text."""


class Libraries(RuleBasedStateMachine):
    """A folder and a library that follows it, beside what both must hold."""

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="pincite-states-"))
        self.docs = self.root / "docs"
        self.docs.mkdir()
        self.held: Held = {}
        self.ever: set[str] = set()
        self.written = 0
        self.open()

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.root)

    def open(self) -> None:
        self.library = Library(self.root / "library", LightEmbedder())
        self.search = Search(self.library)

    def words(self) -> str:
        """A word that no other text has, in a text of a passage or a few."""
        self.written += 1
        self.ever.add(f"w{self.written}x")
        return f"w{self.written}x " + "and so on. " * (self.written % 5 * 60)

    def files(self) -> dict[str, str]:
        """The texts in the folder, by location; what has no words is no document."""
        found = {str(path): path.read_text() for path in sorted(self.docs.rglob("*")) if path.is_file()}
        return {location: text.strip() for location, text in found.items() if text}

    def became(self, now: Held) -> None:
        """The library holds `now`, with the ids that it held before where it says so, and others where it is new."""
        rows = self.library.connection.execute("SELECT location, id, text FROM documents").fetchall()
        there = {location: (document_id, text.strip()) for location, document_id, text in rows}
        assert {location: text for location, (_, text) in there.items()} == {at: text for at, (_, text) in now.items()}
        for location, (document_id, _) in now.items():
            assert document_id in ("", there[location][0]), "an id is not as it was"
        assert len({document_id for document_id, _ in there.values()}) == len(there)
        self.held = there

    def synced(self) -> Held:
        """What the library must hold after a sync; what was moved keeps its id."""
        files, now = self.files(), {at: one for at, one in self.held.items() if at.startswith("document:")}
        gone = {text: document_id for at, (document_id, text) in self.held.items() if at not in files}
        for location, text in files.items():
            new = gone.get(text, "")
            now[location] = (self.held[location][0] if location in self.held else new, text)
        return now

    @rule(name=NAMES, empty=st.sampled_from([False, False, False, True]))
    def write(self, name: str, empty: bool) -> None:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("" if empty else self.words())

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.docs / name).unlink(missing_ok=True)

    @rule(name=NAMES, to=NAMES)
    def move(self, name: str, to: str) -> None:
        if (self.docs / name).exists() and not (self.docs / to).exists():
            (self.docs / to).parent.mkdir(parents=True, exist_ok=True)
            (self.docs / name).rename(self.docs / to)

    @rule()
    def sync(self) -> None:
        now = self.synced()
        self.library.sync(self.docs)
        self.became(now)

    @rule(name=NAMES)
    def add(self, name: str) -> None:
        path = self.docs / name
        change = self.library.add([path])
        now = dict(self.held)
        text = self.files().get(str(path))
        if text:
            now[str(path)] = (now.get(str(path), ("", ""))[0], text)
        elif path.exists():
            now.pop(str(path), None)
            assert len(change.failed) == 1
        self.became(now)

    @rule(number=st.integers(0, 2))
    def add_made(self, number: int) -> None:
        document = make_document(self.words(), source=f"made-{number}")
        self.library.add_documents([document])
        at = f"document:{document.id}"
        self.became(self.held | {at: (document.id, document.text.strip())})

    @precondition(lambda self: self.held)
    @rule(which=st.integers(0, 9))
    def remove(self, which: int) -> None:
        location = sorted(self.held)[which % len(self.held)]
        self.library.remove([self.held[location][0]])
        self.became({at: one for at, one in self.held.items() if at != location})

    @rule(moment=MOMENTS)
    def cancel_a_sync(self, moment: int) -> None:
        told: list[Progress] = []

        def report(progress: Progress) -> None:
            told.append(progress)
            if len(told) == moment:
                raise Cancelled

        now = self.synced()
        try:
            self.library.sync(self.docs, report=report)
        except Cancelled:
            now = self.held
        self.became(now)

    @rule(step=STEPS)
    def sync_on_a_disk_that_fails(self, step: int) -> None:
        now = self.synced()
        with failing(Disk(step, Fault.ERROR)):
            try:
                self.library.sync(self.docs)
            except LibraryError:
                now = self.held
        self.became(now)

    @rule(moment=MOMENTS)
    def crash_in_a_sync(self, moment: int) -> None:
        left = moment

        def report(_: Progress) -> None:
            nonlocal left
            left -= 1
            if not left:
                os._exit(9)

        now = self.synced()
        ended = self.crash(lambda library: library.sync(self.docs, report=report))
        self.became(now if ended else self.held)

    def crash(self, act: Callable[[Library], object]) -> bool:
        """Have a process of its own `act`, and end without a word; tell whether it came to the end of it."""
        self.library.close()
        child = os.fork()
        if child == 0:
            try:
                act(Library(self.root / "library", LightEmbedder()))
                os._exit(0)
            finally:
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, 9)
        self.open()
        return status == 0

    @rule()
    def open_again(self) -> None:
        self.library.close()
        self.open()

    @invariant()
    def what_is_found_is_what_is_held(self) -> None:
        ids = {text.split()[0]: document_id for document_id, text in self.held.values()}
        for word in self.ever:
            hits = self.search(word, 50)
            assert {hit.passage.document_id for hit in hits} <= set(ids.values())
            named = {hit.passage.document_id for hit in hits if hit.lexical_rank is not None}
            assert named == ({ids[word]} if word in ids else set())

    @invariant()
    def it_is_whole(self) -> None:
        assert examine(self.library) == []
        self.library.verify()


Libraries.TestCase.settings = settings(
    max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLibraries = Libraries.TestCase
