"""Measure `pincite check` at size: python -m web.bench_checks. It reports, and judges nothing.

Makes chronicles of places that do not exist, a passage a place, and asks one question about each of the
first N places, in one process with one load of the models.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from bot.expected import Case, Expect, Gates, Quote, Suite, run
from bot.expected.gates import measure
from index import Document, Library, split
from index.document import Heading
from index.formats import make_document, markdown_headings
from web.checks import phrases
from web.checks.bots import Bots
from web.links import resolver
from web.settings import read_settings

SECTIONS = 20
"""Places, and so passages, of one chronicle."""
STARTS = ("Al", "Bran", "Cor", "Dun", "El", "Fen", "Gar", "Hol", "Is", "Kel", "Lor", "Mar", "Nor", "Os", "Pen", "Ros")
MIDDLES = ("a", "der", "e", "in", "ken", "o", "ri", "sel", "ta", "ver", "wi", "ya")
ENDS = ("bury", "by", "dale", "ford", "gate", "ham", "holm", "mere", "mouth", "stead", "thorpe", "ton", "wick", "worth")
FIRST = ("Agnes", "Bruno", "Clara", "Dora", "Emil", "Frida", "Gustav", "Hilda", "Ivo", "Judith", "Karl", "Lena")
LAST = ("Fell", "Marsh", "Quill", "Rowan", "Sedge", "Thorne", "Usher", "Vane", "Wren", "Yarrow", "Ashby", "Birch")
TEXT = """## {place}

{place} lies {far} miles from the coast, where the old road crosses the river on its way to the market towns. The bridge
at {place} was opened by {person} in {year}, after the ferry had been given up. A mill stood there before it, and its
wheel was kept by the people of the village for another {years} years. Wool and salt were carried over it in the autumn,
and a toll of {toll} pence was taken from every cart until the council did away with it.
"""


def places(seed: int = 0) -> Iterator[tuple[str, str]]:
    """Yield a place that was not there before and the person who opened its bridge, without end."""
    chance = random.Random(seed)  # noqa: S311 - the same places every time
    met: set[str] = set()
    while True:
        place = chance.choice(STARTS) + chance.choice(MIDDLES) + chance.choice(MIDDLES) + chance.choice(ENDS)
        if place not in met:
            met.add(place)
            yield place, f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def chronicle(number: int, told: Sequence[tuple[str, str]]) -> Document:
    """Return a document about the places of `told`."""
    chance = random.Random(number)  # noqa: S311 - the same text every time
    sections = [
        TEXT.format(
            place=place,
            person=person,
            far=chance.randint(2, 60),
            year=chance.randint(1700, 1930),
            years=chance.randint(2, 80),
            toll=chance.randint(1, 9),
        )
        for place, person in told
    ]
    text = "\n".join(sections)
    headings: tuple[Heading, ...] = markdown_headings(text)
    return make_document(
        text,
        source=f"chronicles/{number}.md",
        title=f"Chronicle {number}",
        media_type="text/markdown",
        headings=headings,
    )


def case(place: str, person: str) -> Case:
    """Return what is expected of the question about `place`."""
    quote = Quote(person, prefix=f"at {place} was opened by")
    return Case(place, f"Who opened the bridge at {place}?", Expect(answers=(person,), under=place, quote=quote))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how long indexing and checking take."""
    parser = argparse.ArgumentParser(prog="python -m web.bench_checks", description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--passages", type=int, default=10_000)
    given = parser.parse_args(arguments)
    told = list(islice(places(), given.passages))
    documents = [chronicle(number, told[at : at + SECTIONS]) for number, at in enumerate(range(0, len(told), SECTIONS))]
    assert sum(len(split(document)) for document in documents) == given.passages
    with tempfile.TemporaryDirectory(prefix="pincite-") as folder:
        began = time.perf_counter()
        library = Library(Path(folder))
        library.add_documents(documents)
        print(f"{given.passages} passages indexed in {time.perf_counter() - began:.0f} s", flush=True)
        library.close()
        suite = Suite(Path("bench"), tuple(case(*one) for one in told[: given.cases]), Gates(), library=Path(folder))
        began = time.perf_counter()
        bot = Bots(read_settings()).of(suite)
        print(f"library opened and models loaded once, in {time.perf_counter() - began:.1f} s", flush=True)
        began = time.perf_counter()
        report = run(suite, bot, resolver(bot.library))
        took = time.perf_counter() - began
    measured = measure(report.verdicts)
    print(f"{given.cases} cases in {took:.0f} s: {given.cases / took:.1f} cases a second; {phrases.counted(report)}")
    print(f"a question: median {measured.median_ms:.0f} ms, 95 of 100 within {measured.most_ms:.0f} ms")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
