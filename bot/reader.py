"""Reader: the forward passes of the span model, and of a deeper one that has a second look."""

import gzip
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.windows import Tokens, Window, inputs
from index.errors import ModelError

PACKAGED = Path(__file__).parent / "model"
"""The reader that comes with Pincite; `bot/model/README.md` is its model card."""

SECOND = "second.int8.onnx.gz"
"""A deeper model with the inputs and outputs of the first, where a folder holds one; `bot.training` exports it."""

DEEPER_COUNTS = 3.0
"""Weight of the deeper model's logits beside the first one's. From 2 to 5 all do about as well; alone it does worse."""

REMEMBERED = 2048
"""Windows whose logits each model keeps, 6 kB each: a question asked again, or asked why, is not read again."""

Logits = NDArray[np.float32]
Pair = tuple[Logits, Logits]
"""The start and the end logits of one window, float32 [its tokens]."""


def onnx_files(folder: Path) -> list[Path]:
    """Return the exports of a first reader in `folder`, gzipped or plain."""
    return sorted(path for kind in ("*.onnx", "*.onnx.gz") for path in folder.glob(kind) if path.name != SECOND)


class Runtime(Protocol):
    """What runs a span model on one row of tokens; returns its start and end logits, float32 [tokens]."""

    def __call__(self, row: dict[str, Tokens]) -> Pair:
        """Run the model once."""
        ...


class OnnxRuntime:
    """A model exported to ONNX, outputs `start` and `end`. 8 windows of 167 tokens take 84 ms here, in torch 230."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load the model, gzipped where the name ends so. Raises ModelError where the file is not such a model."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Threads that wait busily would take the processor from whatever else is asked at the same time.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Without VNNI (before Ice Lake and Zen 4), sums of two int8 products overflow 16 bits: the deeper model's best
        # start moved in a quarter of windows. A slower product is taken there; newer processors notice nothing.
        options.add_session_config_entry("session.x64quantprecision", "1")
        try:
            model = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else str(path)
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no base class
            raise ModelError(f"{path} is not a model that ONNX Runtime can load ({error}).") from error

    def __call__(self, row: dict[str, Tokens]) -> Pair:
        """Run the model once."""
        start, end = self._session.run(["start", "end"], row)
        return start[0], end[0]


class Remembering:
    """A runtime that does not run again on one of the last rows it was given. Safe across threads."""

    def __init__(self, runtime: Runtime, rows: int) -> None:
        """Keep the logits of so many `rows`."""
        self.runtime = runtime

        def run(*row: tuple[str, bytes]) -> Pair:
            pair = runtime({name: np.frombuffer(values, np.int64)[np.newaxis].copy() for name, values in row})
            for logits in pair:
                logits.flags.writeable = False
            return pair

        # Not a method: a circle of references would keep a model of 100 MB until the next collection.
        self._kept = lru_cache(maxsize=rows)(run)

    def __call__(self, row: dict[str, Tokens]) -> Pair:
        """Return what the model made of the row, and run it where that is not known. The logits are read-only."""
        return self._kept(*((name, values.tobytes()) for name, values in row.items()))


class TorchRuntime:
    """Any `AutoModelForQuestionAnswering` folder of transformers."""

    def __init__(self, folder: Path) -> None:
        """Load the model. Raises ModelError where the folder does not hold one."""
        from transformers import AutoModelForQuestionAnswering

        try:
            self._model = AutoModelForQuestionAnswering.from_pretrained(folder, local_files_only=True).float().eval()
        except (OSError, ValueError) as error:
            raise ModelError(f"{folder} holds no span model that transformers can load ({error}).") from error

    def __call__(self, row: dict[str, Tokens]) -> Pair:
        """Run the model once."""
        import torch

        with torch.inference_mode():
            out = self._model(**{name: torch.from_numpy(rows) for name, rows in row.items()})
        return out.start_logits[0].numpy(), out.end_logits[0].numpy()


class Reader:
    """The span model in `folder`: an ONNX file or transformers weights, beside `tokenizer.json`.

    A deeper model may lie beside it. It takes seven times as long a window, so it reads what leads after the first.
    """

    def __init__(self, folder: Path = PACKAGED, threads: int | None = None, remembered: int = REMEMBERED) -> None:
        """Name the model's folder; `threads` defaults to the processors at hand; so many windows are remembered."""
        self.folder = folder
        self.remembered = remembered
        self.threads = threads or (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The model's tokeniser, without the truncation and padding its file may ask for."""
        path = self.folder / "tokenizer.json"
        try:
            tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"The reader's tokeniser cannot be read: {path} ({error}).") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def language(self) -> str | None:
        """What the model reads, as `reader.json` beside it says ("en"); None where it does not."""
        path = self.folder / "reader.json"
        try:
            language = json.loads(path.read_text(encoding="utf-8")).get("language")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, AttributeError) as error:
            raise ModelError(f"{path} cannot be read ({error}).") from error
        return None if language is None else str(language)

    @cached_property
    def _runtime(self) -> Remembering:
        exported = onnx_files(self.folder)
        runtime = OnnxRuntime(exported[0]) if exported else TorchRuntime(self.folder)
        return Remembering(runtime, self.remembered)

    @cached_property
    def _deeper(self) -> Remembering | None:
        path = self.folder / SECOND
        return Remembering(OnnxRuntime(path, self.threads), self.remembered) if path.is_file() else None

    @property
    def looks_twice(self) -> bool:
        """Whether there is a deeper model for a second look."""
        return self._deeper is not None

    def load(self) -> None:
        """Load tokeniser and models now rather than with the first question."""
        row = Window(np.full(3, self.tokenizer.token_to_id("[SEP]") or 0, np.int64), 2, np.zeros((0, 2), np.int64))
        self.again([row], self([row]))

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads, thread_name_prefix="reader")

    def __call__(self, rows: Sequence[Window]) -> list[Pair]:
        """Return the start and end logits of each window, in order.

        Windows run one by one, unpadded, the longest first, on as many threads as there are
        processors: here a quarter faster than one padded batch with its threads inside.
        """
        order = sorted(range(len(rows)), key=lambda number: -len(rows[number].tokens))
        done = self._pool.map(self._runtime, (inputs(rows[number]) for number in order))
        return [logits for _, logits in sorted(zip(order, done, strict=True), key=lambda pair: pair[0])]

    def again(self, rows: Sequence[Window], first: Sequence[Pair]) -> list[Pair]:
        """Return the mean of the `first` logits of each window and the deeper model's; where there is none, `first`."""
        deeper = self._deeper
        if deeper is None:
            return list(first)
        found = []
        for row, (start, end) in zip(rows, first, strict=True):
            other_start, other_end = deeper(inputs(row))
            found.append((_mean(start, other_start), _mean(end, other_end)))
        return found


def _mean(first: Logits, deeper: Logits) -> Logits:
    return ((first + DEEPER_COUNTS * deeper) / (1 + DEEPER_COUNTS)).astype(np.float32)
