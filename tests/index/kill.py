"""Kills a process that changes a library, again and again, and proves after each kill that nothing was lost.

    python -m tests.index.kill --kills 500

The child adds, syncs what was edited and moved, cancels, uploads, removes, rebuilds and notes questions in a loop, and
says, before and after each command, what the library then holds. Killed with SIGKILL at a random moment, it leaves a
library that must be whole and hold what the last command that returned left, or all of what the command that was under
way would have left.
"""

import argparse
import json
import os
import random
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot import Answer, Reason
from bot.journal import Journal
from index import Cancelled, DenseIndex, Library, Progress
from index.dense import MANIFEST
from index.document import digest
from index.formats import make_document
from index.health import examine
from index.uploads import FOLDER, JOBS, Uploads
from tests.index.light import LightEmbedder

FRESH = 25
"""Kills after which a new library is begun: its making is killed too."""
LONGEST = 0.4
"""Seconds a child lives at most."""

State = dict[str, str]
"""What a library holds: documents' sha256 by their source, and each question that was asked."""
ASKED = "asked: "
UPLOADED = "sent-"
"""What the names of uploaded files begin with."""


def state_of(library: Library, journal: Journal) -> State:
    questions = journal.connection.execute("SELECT question FROM questions").fetchall()
    held = {listed.source: listed.sha256 for listed in library.documents()}
    return held | {f"{ASKED}{question}": "" for (question,) in questions}


class Child:
    """Changes the library in `folder` for ever; `choose` is a source of chance of its own."""

    def __init__(self, folder: Path, choose: random.Random) -> None:
        self.docs, self.log, self.choose = folder / "docs", folder / "log", choose
        self.docs.mkdir(exist_ok=True)
        self.library = Library(folder / "library", LightEmbedder())
        self.uploads = Uploads(self.library)
        self.journal = Journal(self.library.folder, days=365)
        self.commands = (self.sync, self.sync, self.cancel, self.add, self.upload, self.upload, self.remove,
                         self.remove_upload, self.rebuild, self.ask)  # fmt: skip

    def run(self) -> None:
        while True:
            self.choose.choice(self.commands)()

    def state(self) -> State:
        return state_of(self.library, self.journal)

    def told(self, after: State, command: Callable[[], object]) -> None:
        self.write("began", after)
        command()
        self.write("done", after)

    def write(self, what: str, state: State) -> None:
        with self.log.open("a") as file:
            file.write(json.dumps([what, state]) + "\n")

    def text(self) -> str:
        words = ["".join(self.choose.choices("abcdefgh", k=5)) for _ in range(self.choose.randint(5, 600))]
        return " ".join(f"{word}." if place % 9 == 8 else word for place, word in enumerate(words))

    def edit(self) -> None:
        """Write, delete and move files."""
        for number in range(4):
            path = self.docs / f"{number}.txt"
            chance = self.choose.random()
            if chance < 0.4:
                path.write_text(self.text())
            elif chance < 0.5:
                path.unlink(missing_ok=True)
            elif chance < 0.7 and path.exists():
                path.replace(self.docs / f"{self.choose.randint(0, 5)}.txt")

    def sync(self) -> None:
        self.edit()
        held = {f"docs/{path.name}": digest(path.read_text()) for path in self.docs.iterdir() if path.read_text()}
        others = {name: sha256 for name, sha256 in self.state().items() if not name.startswith("docs/")}
        self.told(others | held, lambda: self.library.sync(self.docs))

    def cancel(self) -> None:
        self.edit()

        def report(_: Progress) -> None:
            raise Cancelled

        def command() -> None:
            with suppress(Cancelled):
                self.library.sync(self.docs, report=report)

        if any(self.docs.iterdir()):
            self.told(self.state(), command)

    def upload(self) -> None:
        texts = {f"{UPLOADED}{self.choose.randint(0, 3)}.txt": self.text() for _ in range(2)}

        def command() -> None:
            staging = self.uploads.stage()
            for name, text in texts.items():
                with staging.file(name) as file:
                    file.write(text.encode())
            self.uploads.seal(staging)
            self.uploads.add(staging)

        self.told(self.state() | {name: digest(text) for name, text in texts.items()}, command)

    def remove_upload(self) -> None:
        sent = [one for one in self.library.documents() if one.source.startswith(UPLOADED)]
        if sent:
            gone = self.choose.choice(sent)
            after = self.state()
            del after[gone.source]
            self.told(after, lambda: self.uploads.remove(gone.id))

    def ask(self) -> None:
        question = self.text()[:60]
        answer = Answer(question, 0.0, reason=Reason.NO_MATCH)
        self.told(
            self.state() | {f"{ASKED}{question}": ""},
            lambda: self.journal.record(answer, asked=question, face="api", conversation="c", took_ms=1),
        )

    def add(self) -> None:
        documents = [make_document(self.text(), source=f"made-{self.choose.randint(0, 5)}") for _ in range(2)]
        after = self.state() | {document.source: document.sha256 for document in documents}
        self.told(after, lambda: self.library.add_documents({one.source: one for one in documents}.values()))

    def remove(self) -> None:
        listed = [one for one in self.library.documents() if not one.source.startswith(UPLOADED)]
        gone = self.choose.sample(listed, k=min(len(listed), 2))
        names = [one.source for one in gone]
        after = {name: sha256 for name, sha256 in self.state().items() if name not in names}
        self.told(after, lambda: self.library.remove([one.id for one in gone]))

    def rebuild(self) -> None:
        if self.choose.random() < 0.3:
            (self.library.folder / MANIFEST).unlink(missing_ok=True)
        self.told(self.state(), lambda: DenseIndex.load(self.library))


def killed_child(folder: Path, choose: random.Random) -> None:
    """Let a child work on `folder` and kill it."""
    seed, life = choose.random(), LONGEST * choose.random() ** 2
    child = os.fork()
    if child == 0:
        try:
            Child(folder, random.Random(seed)).run()
        finally:
            traceback.print_exc()
            os._exit(1)
    time.sleep(life)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child failed by itself"


def allowed(log: Path) -> list[State]:
    """Return the states that the library may be in: that of the last command, and that of one under way."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("]")] if log.exists() else []
    done = [state for what, state in lines if what == "done"]
    states = done[-1:] or [{}]
    return states + [lines[-1][1]] if lines and lines[-1][0] == "began" else states


def prove(folder: Path) -> int:
    """Prove the library in `folder` whole and what it must be; return how many passages it has."""
    library = Library(folder / "library", LightEmbedder())
    journal = Journal(library.folder, days=365)
    try:
        faults = examine(library)
        assert not faults, faults
        library.verify()
        Uploads(library).recover()
        state = state_of(library, journal)
        assert state in allowed(folder / "log"), (state, allowed(folder / "log"))
        files = {path.name: digest(path.read_text()) for path in (library.folder / FOLDER).glob("*.txt")}
        assert files == {name: sha256 for name, sha256 in state.items() if name.startswith(UPLOADED)}
        left = library.folder / FOLDER / JOBS
        assert not left.exists() or all(path.name.startswith(".") for path in left.iterdir()), "a job is left"
        passages = library.count()[1]
        assert DenseIndex.load(library).index.ntotal == passages
        faults = examine(library)
        assert not faults, faults
        (folder / "log").write_text(json.dumps(["done", state]) + "\n")
        return passages
    finally:
        journal.close()
        library.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    choose = random.Random(given.seed)
    folder, commands, middle, most = Path(), 0, 0, 0
    for number in range(given.kills):
        if number % FRESH == 0:
            shutil.rmtree(folder, ignore_errors=True) if number else None
            folder = Path(tempfile.mkdtemp(prefix="pincite-kill-"))
        killed_child(folder, choose)
        lines = (folder / "log").read_text().splitlines() if (folder / "log").exists() else []
        commands += sum(line.startswith('["done"') for line in lines)
        middle += bool(lines) and lines[-1].startswith('["began"')
        most = max(most, prove(folder))
    shutil.rmtree(folder)
    print(
        f"{given.kills} kills, {middle} of them inside a command, {commands} commands returned, {most} passages at most"
    )


if __name__ == "__main__":
    main()
