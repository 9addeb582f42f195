"""`pincite verify`, and what `pincite ask` says and writes besides the answer."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from bot import Answer, Bot
from bot.why import why
from index import Document, DocumentError, Filter, PinciteError
from index.atomic import write_atomically
from index.folder import is_folder, name_of, walk
from index.formats import load
from index.library import Listed
from web import words
from web.opening import check_there, open_unverified
from web.proof import pack
from web.proof.proving import Fault, Proof, Shelf, open_file, prove
from web.proof.receipt import Cited, receipt_of
from web.proof.why import WhyOut
from web.settings import Settings, SettingsError

PROVEN, NOT_PROVEN = 0, 1
"""Exit statuses of a receipt that could be held against documents."""


def add_ask_arguments(command: argparse.ArgumentParser) -> None:
    """Say what `pincite ask` takes besides the question."""
    command.add_argument("--why", action="store_true", help="say how the answer came about, and what decided")
    command.add_argument(
        "--pack", type=Path, metavar="FILE", help="write an answer pack: one HTML page with its sources"
    )
    command.add_argument("--receipt", type=Path, metavar="FILE", help="write a receipt that `pincite verify` proves")


def take_away(given: argparse.Namespace, bot: Bot, answer: Answer, within: Filter) -> WhyOut | None:
    """Write what is to be written of `answer`, asked `within` a filter; return why, where that is asked for."""
    if given.receipt or given.pack:
        receipt = receipt_of(bot, answer, within)
        if given.receipt:
            _write(given.receipt, receipt.as_json() + "\n")
        if given.pack:
            _write(given.pack, pack.render(receipt, pack.documents_of(answer)))
    return WhyOut.of(why(bot, answer.question, given.top_k, within)) if given.why else None


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what `pincite verify` takes."""
    command.add_argument("file", type=Path, help="a receipt, or an answer pack with one inside")
    command.add_argument(
        "--documents", type=Path, nargs="+", metavar="FILE", help="files and folders to prove it against, not a library"
    )
    command.add_argument("--json", action="store_true")


def verify(given: argparse.Namespace, settings: Settings) -> int:
    """Prove a receipt, or the one in an answer pack, against documents, and say what does not hold."""
    if given.documents and given.library:
        raise SettingsError("Prove it against a library (--library) or against files (--documents), not both.")
    opened = open_file(given.file)
    proof = prove(opened, _shelf(given.documents, settings))
    if given.json:
        print(json.dumps(_as_json(proof), indent=1))
    else:
        _show(proof)
    return PROVEN if proof.proven else NOT_PROVEN


def _shelf(paths: Sequence[Path] | None, settings: Settings) -> Shelf:
    """Return the documents to prove against: files, the library, or without either the seeds as they lie there."""
    if paths is None and settings.library is not None:
        library = open_unverified(settings)
        return Shelf(library.documents(), library.read, whole=True)
    if paths is None:
        check_there(settings)
    documents = [document for path in paths or [settings.seeds] for document in _loaded(path)]
    by_id = {f"{number}": document for number, document in enumerate(documents)}
    listed = [Listed(at, one.title, one.source, one.sha256, len(one.text), one.metadata) for at, one in by_id.items()]
    return Shelf(listed, by_id.get, whole=paths is None)


def _loaded(path: Path) -> list[Document]:
    """Return the documents at `path`. A file of a folder that cannot be read is passed over: it proves nothing."""
    if not is_folder(path):
        return [load(path, name_of(Path(path.name)))]
    found = []
    for file, source in walk(path).files:
        try:
            found.append(load(file, source))
        except DocumentError:
            continue
    return found


def _write(path: Path, text: str) -> None:
    try:
        write_atomically(path, text.encode("utf-8"))
    except OSError as error:
        raise PinciteError(f"{path} cannot be written ({error.strerror}).") from error


def _show(proof: Proof) -> None:
    receipt = proof.receipt
    for fault in proof.faults:
        print(words.visible(f"{fault.kind:<9} {fault.what}"))
    if receipt is not None:
        wrong = {id(fault.place) for fault in proof.faults}
        for place in receipt.cited:
            if id(place) not in wrong:
                print(words.visible(f"proven    {_line(place)}"))
        if receipt.answered:
            print(words.visible(f"\n{receipt.question}\n{receipt.text}"))
        else:
            size = words.counted(len(receipt.documents), "document")
            print(words.visible(f"\n{receipt.question}\nThe sources don't say: {size} were asked."))
    for note in proof.notes:
        print(note)
    if proof.proven:
        print("Proven: every word stands where the receipt says. Whether it is the right answer, a person judges.")
    else:
        print(f"Not proven: {words.counted(len(proof.faults), 'fault')}.")


def _line(place: Cited) -> str:
    return f"{place.document.source}, characters {place.start}-{place.end}: {words.shortened(place.exact)!r}"


def _as_json(proof: Proof) -> dict[str, object]:
    receipt = proof.receipt
    faults = {id(fault.place): fault for fault in proof.faults if fault.place is not None}
    return {
        "proven": proof.proven,
        "question": receipt.question if receipt else None,
        "answered": receipt.answered if receipt else None,
        "text": receipt.text if receipt else None,
        "citations": [_place(place, faults.get(id(place))) for place in receipt.cited] if receipt else [],
        "faults": [
            {"kind": fault.kind, "what": fault.what, "source": fault.source.source if fault.source else None}
            for fault in proof.faults
        ],
        "notes": proof.notes,
    }


def _place(place: Cited, fault: Fault | None) -> dict[str, object]:
    return {
        "document": place.document.model_dump(),
        "start": place.start,
        "end": place.end,
        "exact": place.exact,
        "proven": fault is None,
        "fault": fault.kind if fault else None,
    }
