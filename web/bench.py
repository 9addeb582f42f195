"""Measure Pincite on the seeds: python -m web.bench. It reports, and judges nothing."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from bot import question as questions
from bot.pipeline import TOP_K, Bot
from bot.reader import Pair, Reader
from bot.windows import Window
from web.opening import open_bot
from web.settings import read_settings

QUESTIONS = (
    "When was CASIP established?",
    "Which automakers do BYD and CATL supply batteries to?",
    "How many all-solid-state battery patents does Toyota have?",
    "Who wrote the article about the China SSB Alliance?",
    "Why does China want to develop solid-state batteries?",
    "what is casip supposed to build by 2030",
    "Where did Michael C. Anderson teach?",
    "Which government bodies will CASIP include?",
    "Who is the chief executive of CATL?",
    "global battery market share of CATL and BYD",
)
ROUNDS = 5
COLD_STARTS = 3


class TimedReader(Reader):
    """A Reader that counts its forward passes since `reset`, and adds up the milliseconds they took."""

    took = 0.0
    read = 0
    again_took = 0.0
    looks = 0

    def reset(self) -> None:
        """Forget what was added up."""
        self.took = self.again_took = 0.0
        self.read = self.looks = 0

    def __call__(self, rows: Sequence[Window]) -> list[Pair]:
        """Read, and take the time."""
        began = time.perf_counter()
        logits = super().__call__(rows)
        self.took += 1000 * (time.perf_counter() - began)
        self.read += len(rows)
        return logits

    def again(self, rows: Sequence[Window], first: Sequence[Pair]) -> list[Pair]:
        """Read again, and add up the time."""
        began = time.perf_counter()
        logits = super().again(rows, first)
        self.again_took += 1000 * (time.perf_counter() - began)
        self.looks += 1
        return logits


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long `call` takes."""
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


def stages(bot: Bot, reader: TimedReader, text: str) -> dict[str, float]:
    """Return the milliseconds that each stage of one question takes; `whole` is taken apart from them."""
    whole = milliseconds(lambda: bot.ask(text))
    question = questions.read(text)
    embed = milliseconds(lambda: bot.library.embedder.encode([text]))
    search = milliseconds(lambda: bot.search(question.text, TOP_K)) - embed
    reader.reset()
    began = time.perf_counter()
    readings = bot.read(question, TOP_K)
    read = 1000 * (time.perf_counter() - began)
    decide = milliseconds(lambda: bot.decide(question, readings))
    # Second looks rank what was read each time, which counts as cutting and decoding.
    return {
        "whole": whole,
        "embed the question": embed,
        "search both indexes": max(0.0, search),
        "read (first model)": reader.took,
        "read what leads again (deeper model)": reader.again_took,
        "cut windows, decode spans": max(0.0, read - embed - search - reader.took - reader.again_took),
        "rank, weigh, decide": decide,
        "windows read": reader.read,
        "second looks": reader.looks,
    }


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of `values` do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> int:
    """Print cold start, warm asks, stages and memory."""
    settings = read_settings()
    # First: what a process starts counts as its own whatever memory that had when it was started.
    command = [sys.executable, "-m", "web.cli", "ask", QUESTIONS[0]]
    cold = [
        milliseconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))  # noqa: S603
        for _ in range(COLD_STARTS)
    ]
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"cold start of `pincite ask`: median {statistics.median(cold) / 1000:.1f} s, peak memory {memory:.0f} MB")
    bot = open_bot(settings)
    reader = TimedReader(bot.reader.folder, settings.threads, remembered=0)
    bot.reader = reader
    bot.warm()
    documents, passages = bot.library.count()
    print(f"{documents} documents, {passages} passages, {len(QUESTIONS)} questions, {reader.threads} processors")
    for text in QUESTIONS:
        bot.ask(text)
    measured = [stages(bot, reader, text) for _ in range(ROUNDS) for text in QUESTIONS]
    whole = [one["whole"] for one in measured]
    print(f"warm ask: median {statistics.median(whole):.0f} ms, 95th percentile {percentile(whole, 0.95):.0f} ms")
    for stage in list(measured[0])[1:-2]:
        print(f"  {stage}: median {statistics.median(one[stage] for one in measured):.1f} ms")
    for count in list(measured[0])[-2:]:
        values = [one[count] for one in measured]
        print(f"  {count}: median {statistics.median(values):.0f}, mean {statistics.mean(values):.1f}")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    bot.reader = Reader(reader.folder, settings.threads)
    for text in QUESTIONS:
        bot.ask(text)
    again = [milliseconds(partial(bot.ask, text)) for text in QUESTIONS]
    print(f"asked again: median {statistics.median(again):.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
