"""The JSON that other programs are written against, the same from the command line and over HTTP."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot import Citation, Reason
from index import Filter
from index.filter import MOST_TAGS
from web.desk import Told

CONVERSATION = r"^[\w-]+$"
"""What the name of a conversation is made of; it has at most CONVERSATION_LENGTH characters."""
CONVERSATION_LENGTH = 64


class FilterBody(BaseModel):
    """Which documents a question is asked of: those for which all of it holds."""

    model_config = ConfigDict(extra="forbid")

    tags: Annotated[list[str], Field(max_length=MOST_TAGS, description="All of these tags, in any case.")] = []
    since: Annotated[str | None, Field(description="A date of this day or later: 2024-03-05, 2024-03 or 2024.")] = None
    until: Annotated[str | None, Field(description="A date of this day or earlier.")] = None
    source: Annotated[
        str | None, Field(description="What the source or web address begins with, or a pattern of it with * ? [].")
    ] = None

    def filter(self) -> Filter:
        """Return the Filter that this describes. Raises QuestionError for what is no date or tag."""
        return Filter.of(self.tags, self.since, self.until, self.source)


class AskRequest(BaseModel):
    """A question."""

    question: str
    conversation: Annotated[
        str | None,
        Field(
            max_length=CONVERSATION_LENGTH,
            pattern=CONVERSATION,
            description="The conversation of an earlier answer, or a name of your own: follow-ups are read in it.",
        ),
    ] = None
    top_k: Annotated[int, Field(ge=1, le=50, description="How many passages are retrieved, and read at most.")] = 8
    filter: Annotated[
        FilterBody | None,
        Field(description="Documents that are asked. null: those of the conversation's last question; {}: all."),
    ] = None


class DocumentRef(BaseModel):
    """The document a citation is into; `sha256` is of its normalised text in UTF-8."""

    id: str
    title: str
    source: str
    sha256: str


class CitationOut(BaseModel):
    """A place in a document. Offsets are Unicode code points of its text, end exclusive."""

    document: DocumentRef
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    quote: str
    quote_start: int
    quote_end: int
    page: int | None
    url: str

    @classmethod
    def of(cls, citation: Citation) -> "CitationOut":
        """Return `citation` as JSON."""
        return cls.model_validate(_citation(citation))


class AlternativeOut(CitationOut):
    """Another answer with its own confidence; on an abstention a near passage, without one."""

    confidence: float | None = None


class ItemOut(BaseModel):
    """One part of an answer that is a list: offsets in the first citation's document."""

    start: int
    end: int
    exact: str


class AskResponse(BaseModel):
    """An answer with the places it stands at, or an abstention with its reason."""

    question: str
    answered: bool
    text: str | None
    confidence: Annotated[float, Field(ge=0, le=1)]
    reason: Reason | None
    citations: list[CitationOut]
    items: list[ItemOut]
    alternatives: list[AlternativeOut]
    conversation: str
    took_ms: int
    asked: Annotated[str, Field(description="The question as it was asked; `question` is what it was read as.")]
    id: Annotated[str | None, Field(description="What a vote names; null where questions are not stored.")]
    filter: Annotated[
        FilterBody | None, Field(description="The filter that held; null where all documents were asked.")
    ]

    @classmethod
    def of(cls, told: Told) -> "AskResponse":
        """Return what was told as JSON."""
        answer = told.answer
        return cls(
            question=answer.question,
            answered=answer.answered,
            text=answer.text,
            confidence=round(answer.confidence, 4),
            reason=answer.reason,
            citations=[CitationOut.of(citation) for citation in answer.citations],
            items=[
                ItemOut(start=start, end=end, exact=answer.citations[0].document.text[start:end])
                for start, end in answer.items
            ],
            alternatives=[
                AlternativeOut.model_validate(
                    _citation(other.citation)
                    | {"confidence": None if other.confidence is None else round(other.confidence, 4)}
                )
                for other in answer.alternatives
            ],
            conversation=told.conversation,
            took_ms=told.took_ms,
            asked=told.asked,
            id=told.id,
            filter=FilterBody(**told.within.as_json()) if told.within else None,
        )


def _citation(citation: Citation) -> dict[str, object]:
    document = citation.document
    start, end = citation.quote_range
    return {
        "document": {"id": document.id, "title": document.title, "source": document.source, "sha256": document.sha256},
        "start": citation.start,
        "end": citation.end,
        "exact": citation.exact,
        "prefix": citation.prefix,
        "suffix": citation.suffix,
        "quote": citation.quote,
        "quote_start": start,
        "quote_end": end,
        "page": citation.page,
        "url": citation.url,
    }
