"""The training loop: steps, checkpoints, resuming, the log."""

import random
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from bot.reader import Reader
from bot.training.config import TrainConfig
from bot.training.encode import Item, batches, collate, encode
from bot.training.mix import Pool, one_pass
from bot.training.model import SpanModel, span_loss
from index.errors import PinciteError

STATE = "state.pt"
WEIGHTS = "weights"
"""The folder of a run that the averaged weights are kept in, ready to be read with."""
LOGGED_STEPS = 20

Say = Callable[[str], None]


@dataclass
class Progress:
    """How far a run is: steps, tokens and seconds used, the pass it is in, and the batches of that pass done."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    number: int = 0
    done: int = 0


def rate(config: TrainConfig, tokens: int) -> float:
    """Return the learning rate once `tokens` are used: warm-up, constant, then linearly to zero."""
    used = tokens / config.tokens
    if used < config.warm_up:
        return config.rate * (used + 1e-3) / (config.warm_up + 1e-3)
    if used <= config.decay_from:
        return config.rate
    return config.rate * max(0.0, (1 - used) / (1 - config.decay_from))


class Run:
    """A training run in its folder: what changes from step to step, and how it is kept."""

    def __init__(self, folder: Path, start: Path, config: TrainConfig, data: str, say: Say) -> None:
        """Begin a run from the model in `start`, or go on with the one in `folder`.

        `data` identifies what is learnt from. Raises PinciteError where the run in `folder` is of other
        data or settings: its order could not be gone on with.
        """
        torch.manual_seed(config.seed)
        if config.threads:
            torch.set_num_threads(config.threads)
        self.folder, self.config, self.data, self.say = folder, config, data, say
        self.model = SpanModel(start)
        self.tokenizer = Reader(start).tokenizer
        self.trained = self.model.prepare(config.frozen_layers)
        matrices = [value for value in self.trained.values() if value.ndim > 1]
        vectors = [value for value in self.trained.values() if value.ndim <= 1]
        groups = [
            {"params": matrices, "weight_decay": config.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=config.rate, betas=(0.9, 0.98), fused=True)
        self.average = {name: value.detach().clone() for name, value in self.trained.items()}
        self.progress = Progress()
        self.losses: list[float] = []
        if (folder / STATE).exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.folder / STATE, weights_only=True)
        if (state["config"], state["data"]) != (_fixed(self.config), self.data):
            raise PinciteError(f"{self.folder} holds a run of other data or settings; name another folder with --run.")
        self._fill(state["model"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["chance"])
        self.progress = Progress(**state["progress"])
        self.say(f"goes on after step {self.progress.step}")

    def _fill(self, values: Mapping[str, torch.Tensor]) -> None:
        with torch.no_grad():
            for name, value in self.trained.items():
                value.copy_(values[name])

    def checkpoint(self) -> None:
        """Keep the state in one rename, so that a kill at any moment leaves the old or the new one whole."""
        state = {
            "config": _fixed(self.config),
            "data": self.data,
            "model": {name: value.detach() for name, value in self.trained.items()},
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "chance": torch.get_rng_state(),
            "progress": asdict(self.progress),
        }
        part = self.folder / f".{STATE}"
        torch.save(state, part)
        part.replace(self.folder / STATE)

    def finish(self) -> None:
        """Write the averaged weights as a model of their own; the model holds them from here on."""
        self._fill(self.average)
        self.model.save(self.folder / WEIGHTS)

    def step(self, items: list[Item]) -> None:
        """Learn from one batch."""
        began = time.perf_counter()
        batch = collate(items, self.model.padding)
        for group in self.optimiser.param_groups:
            group["lr"] = rate(self.config, self.progress.tokens)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.config.bf16):
            logits = self.model(batch.inputs)
        loss = span_loss(logits, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(list(self.trained.values()), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        progress = self.progress
        progress.step, progress.tokens = progress.step + 1, progress.tokens + batch.tokens
        keep = min(self.config.average, progress.step / (progress.step + 9))
        with torch.no_grad():
            for name, value in self.trained.items():
                self.average[name].lerp_(value, 1 - keep)
        self.losses.append(loss.item())
        progress.seconds += time.perf_counter() - began


def _fixed(config: TrainConfig) -> dict[str, object]:
    """Return the settings that a run must go on with."""
    return {name: value for name, value in asdict(config).items() if name not in ("threads", "checkpoint_seconds")}


def train(run: Run, pool: Pool) -> bool:
    """Learn until the budget is used or a signal (SIGTERM, Ctrl+C) asks to stop; tell whether it is used.

    Passes and batches follow from the seed, so a run that was stopped goes on with the very next batch.
    """
    asked: list[int] = []
    old = {one: signal.signal(one, lambda number, _: asked.append(number)) for one in (signal.SIGTERM, signal.SIGINT)}
    kept = time.monotonic()
    run.model.train()
    try:
        while not asked and run.progress.tokens < run.config.tokens:
            items = [
                item for row in one_pass(pool, run.config, run.progress.number) for item in encode(run.tokenizer, row)
            ]
            order = batches(items, run.config.batch_tokens, random.Random(run.config.seed + run.progress.number))
            nulls = sum(item.starts[0][0] == 0 and item.starts[0][1] > 0.5 for item in items)
            run.say(
                f"pass {run.progress.number}: {len(items)} windows, {nulls} without an answer, {len(order)} batches"
            )
            for batch in order[run.progress.done :]:
                run.step(batch)
                run.progress.done += 1
                if run.progress.step % LOGGED_STEPS == 0:
                    _log(run)
                if time.monotonic() - kept > run.config.checkpoint_seconds:
                    run.checkpoint()
                    kept = time.monotonic()
                if asked or run.progress.tokens >= run.config.tokens:
                    break
            else:
                run.progress.number, run.progress.done = run.progress.number + 1, 0
        run.checkpoint()
    finally:
        for one, handler in old.items():
            signal.signal(one, handler)
    return not asked


def _log(run: Run) -> None:
    progress, recent = run.progress, run.losses[-5 * LOGGED_STEPS :]
    speed = progress.tokens / progress.seconds
    left = max(0, run.config.tokens - progress.tokens) / speed / 60
    run.say(
        f"step {progress.step} loss {sum(recent) / len(recent):.4f} rate {rate(run.config, progress.tokens):.1e} "
        f"tokens {progress.tokens} of {run.config.tokens}, {speed:.0f} a second, {left:.0f} minutes left"
    )
