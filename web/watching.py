"""Watching: a library follows a folder as it changes."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from watchfiles import watch

from index import Change, DamagedLibraryError, Library, LibraryError

QUIET_MS = 500
"""How long nothing must change before a change is taken up: programs write a file in several steps."""
LONGEST_MS = 5_000
"""How long changes that do not stop are waited for."""
LOOK_MS = 60_000
"""How often the folder is looked through though nothing was reported: disks elsewhere report nothing."""

log = logging.getLogger(__name__)


def rounds(library: Library, folder: Path) -> Iterator[Change]:
    """Yield what each sync of `library` with `folder` changed, one for every time the folder changed.

    A library that another program is writing is tried again at the next round. Raises DocumentError where the
    folder is gone, DamagedLibraryError, and KeyboardInterrupt on Ctrl-C.
    """
    own = os.path.join(os.path.realpath(library.folder), "")
    moments = watch(
        folder,
        watch_filter=lambda _, path: not path.startswith(own),  # what a sync itself writes is no reason for one
        debounce=LONGEST_MS,
        step=QUIET_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
    )
    for _ in moments:
        try:
            yield library.sync(folder)
        except DamagedLibraryError:
            raise
        except LibraryError as error:
            log.warning("%s", error)
