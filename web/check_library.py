"""`pincite check-library`: proves a library whole, names what is wrong, and mends it where it can."""

import argparse
import json
from collections.abc import Sequence

from index import DamagedLibraryError
from index.health import Fault, Kind, examine
from index.repair import repair
from web import words
from web.opening import open_library, open_unverified
from web.settings import Settings

WHOLE, FAULTS_LEFT = 0, 1
"""Exit statuses of a library that could be looked at."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("--repair", action="store_true", help="make again what can be made from the documents' texts")
    command.add_argument("--json", action="store_true", help="print the faults as JSON")


def check_library(given: argparse.Namespace, settings: Settings) -> int:
    """Examine the library, repair it where that is asked for, and say what is wrong."""
    documents, passages, found, left = _look(settings, mend=given.repair)
    mended = [fault for fault in found if fault not in left]
    if given.json:
        told = {"whole": not left, "documents": documents, "passages": passages}
        print(json.dumps(told | {"faults": _as_json(left), "repaired": _as_json(mended)}, indent=1, ensure_ascii=False))
        return FAULTS_LEFT if left else WHOLE
    for fault in mended:
        print(words.visible(f"repaired  {_line(fault)}"))
    for fault in left:
        print(words.visible(f"{fault.kind:<8}  {_line(fault)}\n          {_remedy(fault, settings)}"))
    if left:
        print(f"{words.counted(len(left), 'fault')} in {settings.library_folder}")
        return FAULTS_LEFT
    size = f"{words.counted(documents, 'document')}, {words.counted(passages, 'passage')}"
    print(f"{settings.library_folder} is whole: {size}")
    return WHOLE


def _look(settings: Settings, *, mend: bool) -> tuple[int, int, list[Fault], list[Fault]]:
    """Return how many documents and passages there are, the faults found, and those that are left."""
    try:
        if settings.library is None:
            open_library(settings).close()  # follows the seeds, and is made anew of them where it is damaged
        library = open_unverified(settings)
        found = examine(library)
        left = repair(library, found) if mend else found
        return (*library.count(), found, left)
    except DamagedLibraryError as error:
        fault = Fault(Kind.DATABASE, f"the file cannot be read as a library ({error.__cause__ or error})")
        return 0, 0, [fault], [fault]


def _as_json(faults: Sequence[Fault]) -> list[dict[str, object]]:
    return [
        {
            "kind": fault.kind,
            "what": fault.what,
            "document": {"id": fault.document_id, "source": fault.source} if fault.document_id else None,
            "repairable": fault.mendable,
        }
        for fault in faults
    ]


def _line(fault: Fault) -> str:
    return f"{fault.source}: {fault.what}".replace("\n", " ") if fault.source else fault.what


def _remedy(fault: Fault, settings: Settings) -> str:
    """Return what to do about a fault that is left."""
    where = f" --library {settings.library}" if settings.library else ""
    if fault.kind is Kind.TEXT:
        return f"cannot be repaired: pincite remove {fault.document_id}{where}, then add the file again"
    if fault.kind is Kind.DATABASE:
        return "cannot be repaired: restore a backup, or move the folder away and add the documents again"
    return f"pincite check-library --repair{where}"
