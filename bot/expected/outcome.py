"""Outcome: what a question is answered with, as a plain value that is kept and compared."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from bot.expected.asking import Asked
from bot.expected.verdict import Quoted, Reply
from bot.journal import Entry, Place


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer with its place and its words in their sentence, or an abstention, which has neither.

    `reason` says why nothing is answered. `confidence`, 0 to 1, is that of the best words, shown or held back.
    """

    confidence: float
    reason: str | None
    place: Place | None = None
    quoted: Quoted | None = None

    @property
    def text(self) -> str | None:
        """The answer's words; None on an abstention."""
        return self.place.exact if self.place else None

    @classmethod
    def of(cls, asked: Asked) -> "Outcome":
        """Return what came of a question that was `asked`."""
        confidence = round(asked.confidence, 4)
        if not asked.answered:
            return cls(confidence, asked.reason)
        return cls(confidence, None, Place.of(asked.best[0]), Quoted.of(asked.best[0]))

    @classmethod
    def told(cls, entry: Entry) -> "Outcome":
        """Return what a person was told.

        The journal keeps no offsets inside a sentence: where the words stand in it twice, they are shown alone.
        """
        confidence = round(entry.confidence, 4)
        if entry.place is None:
            return cls(confidence, entry.reason)
        return cls(confidence, None, entry.place, _in_sentence(entry.place))

    @classmethod
    def replied(cls, reply: Reply) -> "Outcome":
        """Return what came of a wording that was checked; its words stand as in `told`."""
        found = reply.place
        if found is None or not reply.answered:
            return cls(reply.confidence, reply.reason)
        place = Place(**{field.name: getattr(found, field.name) for field in fields(Place)})
        return cls(reply.confidence, None, place, _in_sentence(place))

    def as_json(self) -> dict[str, object]:
        """Return it as JSON carries it; `from_json` undoes this."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "Outcome":
        """Return the outcome that `as_json` made `value` of."""
        kept: dict = dict(value)  # type: ignore[type-arg]
        kept["place"] = kept["place"] and Place(**kept["place"])
        kept["quoted"] = kept["quoted"] and Quoted(**kept["quoted"])
        return cls(**kept)


def _in_sentence(place: Place) -> Quoted:
    around = place.quote.split(place.exact)
    before, behind = around if len(around) == 2 else ("", "")
    return Quoted(before, place.exact, behind, place.source)
