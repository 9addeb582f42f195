"""Printed: why an answer is what it is, for the command line."""

from rich.console import Console
from rich.text import Text

from web import words
from web.proof.why import WhyOut

PASSED = {True: "yes", False: "no", None: "not asked"}


def show(why: WhyOut, console: Console) -> None:
    """Print what decided, what spoke for and against the best words, and each passage that was read."""

    def line(text: str, style: str = "") -> None:
        console.print(Text(words.visible(text), style))

    line("\nWhy this answer" if why.answered else "\nWhy no answer", "bold")
    for gate in why.gates:
        line(f"  {gate.asks} {PASSED[gate.passed]}" + ("" if gate.passed is None else f": {gate.says}"))
    if why.terms:
        line(f"\nWhat spoke for and against it (log-odds, beginning at {why.bias:+.2f})", "bold")
        for term in why.terms:
            line(f"  {term.effect:+6.2f}  {term.name}: {term.says} ({term.value:.2f} {term.unit})")
    for number, answer in enumerate(why.answers):
        if number == 0:
            line("\nWhat the sources were read to say", "bold")
        places = "; ".join(f"{place.document.source} {place.start}-{place.end}" for place in answer.places)
        line(f"  {words.shortened(answer.text)} ({words.SHOWN[answer.shown]}): {places}")
    if why.passages:
        line("\nPassages read", "bold")
    for passage in why.passages:
        page = f", page {passage.page}" if passage.page else ""
        line(f"  {passage.rank}. {passage.document.source}{page}, characters {passage.start}-{passage.end}", "cyan")
        line(f"     {passage.found}. {passage.said}")
