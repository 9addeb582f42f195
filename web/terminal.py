"""Terminal: an answer as a person reads it on the command line."""

from rich.console import Console
from rich.text import Text

from bot import Answer, Citation
from index import EVERYTHING, Filter
from web import words


def show(answer: Answer, console: Console, within: Filter = EVERYTHING) -> None:
    """Print an answer for a person: its words, how sure, and each source with the words marked."""
    if answer.text is None:
        assert answer.reason is not None
        console.print(Text("The sources don't say.", "bold"))
        console.print(Text(words.visible(words.why(answer, within))))
        for other in answer.alternatives[:1]:
            console.print(Text("\nNearest passage:", "dim"))
            console.print(Text(words.visible(other.citation.exact), "dim"))
            console.print(_place(other.citation))
        return
    console.print(Text(words.visible(answer.text), "bold"))
    sure = f"{words.percent(answer.confidence)} {words.confidence_in_words(answer.confidence)}"
    console.print(Text(", ".join(filter(None, [sure, words.agreement(answer)])), "green"))
    for citation in answer.citations:
        _source(citation, console)
    if answer.alternatives:
        console.print(Text("\nThe sources also say:", "dim"))
        for other in answer.alternatives:
            console.print(Text(f"{words.visible(other.citation.exact)} ({words.percent(other.confidence or 0)})"))
            _source(other.citation, console)


def _source(citation: Citation, console: Console) -> None:
    start, end = citation.quote_range
    quoted = Text("\n  ")
    quoted.append(words.visible(citation.document.text[start : citation.start]))
    quoted.append(words.visible(citation.exact), "bold black on yellow")
    quoted.append(words.visible(citation.document.text[citation.end : end]))
    console.print(quoted)
    console.print(_place(citation))


def _place(citation: Citation) -> Text:
    page = f", page {citation.page}" if citation.page else ""
    return Text(
        f"  {words.visible(citation.document.source)}{page}, characters {citation.start}-{citation.end}", "cyan"
    )
