"""A Bot that needs no models: it says what it was told to say, so that a page can be looked at in any state."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot import Answer, Bot, Citation, Reason
from bot import question as questions
from bot.answer import Alternative
from bot.conversation import Turn
from bot.journal import Journal
from index import EVERYTHING, Document, Filter, Library
from index.formats import make_document
from tests.index.light import LightEmbedder
from web.desk import Desk

HARBOUR = make_document(
    "Harbour notes\n\nIt was a wet year. The Zebra Society was founded in 1987 by José Marsh in the harbour of Lisbon. "
    "It met every Tuesday. In 1987, then, the Zebra Society began.\n",
    source="notes/harbour.txt",
    title="Harbour notes",
    metadata={"date": "1996-05-02"},
)
LETTERS = make_document(
    "As you know, the Zebra Society was founded in 1987, before the fire.\n\n"
    + "Nothing is new here, and the evenings are long.\n\n" * 40,
    source="letters.txt",
    title="Letters",
)
HISTORY = make_document(
    "Few records survive. The Zebra Society was founded in 1991 by friends of Ana Reis.\n",
    source="books/history.txt",
    title="A history of societies",
    metadata={"date": "2011"},
)


class SaidBot(Bot):
    """Gives the answers that it was told to give, and abstains from all other questions."""

    def __init__(self, library: Library, said: Mapping[str, Answer]) -> None:
        self.library = library
        self.said = said
        self.threshold = 0.3

    def ask(self, text: str, top_k: int = 8, turns: Sequence[Turn] = (), within: Filter = EVERYTHING) -> Answer:
        text = questions.read(text).text
        near = (Alternative(place(LETTERS, "Nothing is new here")),)
        return self.said.get(text) or Answer(text, 0.1, alternatives=near, reason=Reason.NO_SPAN)


def place(document: Document, words: str, nth: int = 0) -> Citation:
    """Return where `words` stand in `document` for the `nth` time, from 0."""
    start = -1
    for _ in range(nth + 1):
        start = document.text.index(words, start + 1)
    return Citation(document, start, start + len(words))


AGREED = "When was the Zebra Society founded?"
DIFFERING = "Since when is there a Zebra Society?"
AGREEING_PLACES = (place(HARBOUR, "1987"), place(HARBOUR, "1987", 1), place(LETTERS, "1987"))
SAID = {
    AGREED: Answer(AGREED, 0.93, AGREEING_PLACES),
    DIFFERING: Answer(
        DIFFERING, 0.7, AGREEING_PLACES, alternatives=(Alternative(place(HISTORY, "1991"), 0.6),)
    ),
}  # fmt: skip


def said_desk(folder: Path, said: Mapping[str, Answer] | None = None) -> Desk:
    """Return a desk in `folder` whose bot says `said`, by default SAID."""
    library = Library(folder, LightEmbedder())
    library.add_documents([HARBOUR, LETTERS, HISTORY])
    return Desk(SaidBot(library, SAID if said is None else said), Journal(folder, days=365))
