"""Topic: how much what stands around some words has to do with a question.

"72" stands in many places of a document; only one in a sentence about what is asked is what a case means.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answer import Citation
from bot.expected.asking import Asked
from bot.expected.case import Case
from bot.expected.words import holds
from index.document import Document
from index.lexical import content_words
from index.passage import Passage, split
from index.sentences import blocks, sentences

ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|s)$")
STEM = 5
"""Letters by which two words are taken for forms of one: "designed" and "designer"."""
NUMBER = re.compile(r"\d[\d.,]*(?<=\d)")


def stems(text: str) -> frozenset[str]:
    """Return the content words of `text`, cut to what their forms have in common."""
    return frozenset(ENDING.sub("", word)[:STEM] for word in content_words(text))


@dataclass(frozen=True, slots=True)
class Topic:
    """What a case asks about: the stems of its wordings without those of the answer, and the passage answered from."""

    about: frozenset[str]
    passage: Passage | None

    @classmethod
    def of(cls, case: Case, asked: Asked, words: str) -> "Topic":
        """Return the topic of all wordings of `case`, one of which was `asked`; `words` are expected."""
        best = asked.best[0] if asked.best else None
        read = [reading.hit.passage for reading in asked.readings]
        used = (one for one in read if best and within(one, best.document, best.start))
        about = (
            stems(" ".join(case.questions)) if asked.answer else frozenset()
        )  # a question refused may not even be English
        return cls(about - stems(words) or about, next(used, None))

    def shared(self, place: Citation) -> int:
        """Return how many stems stand in the sentence of `place` or the heading over it.

        A sentence of nothing but the words, as in a list, is understood by its passage, which counts as one stem.
        """
        document, (start, end) = place.document, place.quote_range
        around = f"{document.text[start:end]} {document.heading_over(place.start)}"
        if stems(document.text[start:end]) - stems(place.exact):
            return len(self.about & stems(around))
        its = next((one for one in split(document) if within(one, document, place.start)), None)
        return int(not self.about.isdisjoint(stems(document.text[its.start : its.end] if its else around)))

    def read(self, place: Citation) -> bool:
        """Tell whether `place` is in the passage that was answered from."""
        return self.passage is not None and within(self.passage, place.document, place.start)


def within(passage: Passage, document: Document, offset: int) -> bool:
    """Tell whether an offset of `document` lies in `passage`."""
    return passage.document_id == document.id and passage.start <= offset < passage.end


def renumbered(text: str, words: Iterable[str]) -> bool:
    """Tell whether some of the `words` with a number in them stand in `text`, whatever the number is now."""
    masked = NUMBER.sub("0", text)
    return any(NUMBER.search(one) and holds(masked, NUMBER.sub("0", one)) for one in words)


def nearest(documents: Sequence[Document], words: Sequence[str], topic: Topic) -> Citation | None:
    """Return the sentence most like one with `words` that speaks of the `topic`; None where none is like it.

    The same words with another number weigh as much as two shared ones, and the passage answered from as one.
    """
    wanted = topic.about | stems(" ".join(words))
    best: tuple[float, float] = (0.0, 0.0)
    found = None
    for document in documents:
        for block in blocks(document.text):
            for start, end in sentences(document.text, *block):
                own = stems(document.text[start:end])
                shared = len(wanted & own)
                if 2 * shared < len(wanted) or not shared:
                    continue
                place = Citation(document, start, end)
                weight = shared + 2 * renumbered(place.exact, words) + topic.read(place)
                if (weight, shared / len(wanted | own)) > best:
                    best, found = (weight, shared / len(wanted | own)), place
    return found
