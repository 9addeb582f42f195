"""Every error Pincite raises on purpose.

PinciteError
  QuestionError        the question cannot be asked as it stands
  DocumentError        a file or text cannot become a Document
    UnreadableError    ... since the file cannot be opened or read at all
  LibraryError         the library is missing, damaged, busy or not writable
    DamagedLibraryError  ... what is stored does not fit together
  ModelError           the embedder's or the reader's files are missing or do not fit
  Cancelled            a change was stopped by whoever it reported to (index/progress.py)

Messages are written for the person who meets them: what happened, and what to do next.
The faces map this tree to HTTP statuses and exit statuses in one place each.
"""


class PinciteError(Exception):
    """Base of the tree; its text can be shown to a person as it is."""


class QuestionError(PinciteError):
    """The question cannot be asked as it stands."""


class DocumentError(PinciteError):
    """A file or text cannot become a Document."""


class UnreadableError(DocumentError):
    """A file cannot be opened or read: what it says now is not known."""


class LibraryError(PinciteError):
    """The library is missing, damaged, busy or not writable."""


class DamagedLibraryError(LibraryError):
    """What is stored does not fit together, or does not match its checksum."""


class ModelError(PinciteError):
    """The embedder's or the reader's files are missing or do not fit."""
