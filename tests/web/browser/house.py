"""A server with every page in every state: an own library, questions, checks, drafts, with said answers."""

from collections.abc import Mapping
from pathlib import Path

from bot import Answer, Bot, Confidence, Reader
from bot.expected import run
from bot.expected.build import build
from bot.expected.history import History
from bot.expected.parse import parse
from bot.expected.replay import chosen, compare
from bot.journal import Journal
from index import Document, Library
from index.document import Heading
from index.formats import make_document
from tests.index.formats.made import column, pdf
from tests.index.formats.test_pdf import NEXT, PROSE
from tests.index.light import LightEmbedder
from tests.web.said import AGREED, DIFFERING, HARBOUR, HISTORY, LETTERS, SAID, SaidBot, place
from web.desk import Desk
from web.links import resolver

ROWS = [f"In the year {1500 + year} the river stood at {year} feet, and the café was closed." for year in range(60)]
TEXT = "History\n\n" + "\n\n".join(ROWS[:30]) + "\n\nRooms\n\n" + "\n\n".join(ROWS[30:])
HEADINGS = (Heading(0, 7, 1), Heading(TEXT.index("Rooms"), TEXT.index("Rooms") + 5, 1))
ANNALS = make_document(
    TEXT, source="annals.txt", title="The annals", headings=HEADINGS, metadata={"tags": "river, law"}
)
RULES = make_document(
    "The rules\n\nEvery member brings:\n\n- a lamp\n- two ropes\n- bread for three days\n\nNothing else is needed.\n",
    source="rules.md",
    title="The rules of the society",
    metadata={"tags": "law"},
)
LISTED = "What does every member bring?"
FOLLOWING = "And who founded it?"
PARTS = ("a lamp", "two ropes", "bread for three days")
UNSAID = "What does the dog eat?"
CASES = f"""\
gates: {{most_wrong: 0.01}}
cases:
  - {{ask: {AGREED}, expect: {{answer: "1987"}}}}
  - {{ask: Who founded the Zebra Society?, expect: {{answer: Ana Reis}}}}
  - {{ask: When did the river stand at 12 feet?, expect: {{answer: "1512"}}}}
  - {{ask: When did the river stand at 13 feet?, expect: {{answer: "1513"}}}}
  - {{ask: Where was the Zebra Society founded?, expect: {{contains: Lisbon}}}}
  - {{ask: What was closed?, expect: {{contains: lamp}}, xfail: not read well}}
  - {{ask: {UNSAID}, expect: {{abstain: true}}}}
"""


class HouseBot(SaidBot):
    """Says what it was told to say, and reads where it is asked why."""

    def __init__(self, library: Library, said: Mapping[str, Answer], reader: Reader) -> None:
        Bot.__init__(self, library, reader, Confidence.of(reader.folder), 0.3)
        self.said = said


def listed() -> Answer:
    """Return an answer of several parts."""
    cited = place(RULES, RULES.text[RULES.text.index("- a lamp") : RULES.text.index("\n\nNothing")])
    parts = tuple((start, start + len(part)) for part in PARTS for start in [RULES.text.index(part)])
    return Answer(LISTED, 0.81, (cited,), parts)


def house_desk(folder: Path, reader: Reader) -> Desk:
    """Return a desk over documents of several kinds, with questions and votes, checks and a diff."""
    library = Library(folder / "library", LightEmbedder())
    library.add_documents([HARBOUR, LETTERS, HISTORY, RULES, ANNALS])
    (folder / "report.pdf").write_bytes(pdf([column(50, 700, *PROSE), column(50, 700, *NEXT)]))
    assert library.add([folder / "report.pdf"]).added
    read_as = Answer("Who founded the Zebra Society?", 0.62, (place(HARBOUR, "José Marsh"),))
    said = {**SAID, LISTED: listed(), FOLLOWING: read_as}
    desk = Desk(HouseBot(library, said, reader), Journal(library.folder, days=365))
    for question in (AGREED, DIFFERING, LISTED, UNSAID, UNSAID, "Who kept the keys?"):
        told = desk.ask(question, face="page")
        if question == DIFFERING and told.id:
            desk.journal.vote(told.id, False, "page")
    checked(desk, folder)
    return desk


def checked(desk: Desk, folder: Path) -> None:
    """Keep a check and two diffs, between which a document changed."""
    path = folder / "society.answers.yaml"
    suite = build(parse(CASES, path), path)
    history = History(desk.journal)
    for number in (1, 2):
        history.keep_check(number, [run(suite, desk.bot, resolver(desk.bot.library))], [path])
    for library_changed in (False, True):
        if library_changed:
            desk.bot.library.add_documents(
                [make_document(LETTERS.text.replace("1987", "1989"), source=LETTERS.source, title=LETTERS.title)]
            )
        replayed, _ = chosen([suite], history.people())
        before = history.before([one.question for one in replayed])
        history.keep_diff(compare(desk.bot, replayed, before, since=history.since()), complete=True)
    desk.bot.library.add_documents([LETTERS])


def address_of(library: Library, source: str) -> str:
    """Return the address of the document from `source`."""
    return f"/documents/{next(one.id for one in library.documents() if one.source.endswith(source))}"


def marked(document: Document, *words: str) -> str:
    """Return the address of `document` with the places of `words` marked, the first cited."""
    (start, end), *others = [(at, at + len(one)) for one in words for at in [document.text.index(one)]]
    return f"/documents/{document.id}?start={start}&end={end}" + "".join(f"&also={a}-{b}" for a, b in others)
