"""Reader: the span model's forward pass."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.windows import Tokens, Window, inputs
from index.errors import ModelError

PACKAGED = Path(__file__).parent / "model"
"""The reader that comes with Pincite; `bot/model/README.md` is its model card."""

Logits = NDArray[np.float32]


class Runtime(Protocol):
    """What runs a span model on one row of tokens; returns its start and end logits, float32 [tokens]."""

    def __call__(self, row: dict[str, Tokens]) -> tuple[Logits, Logits]:
        """Run the model once."""
        ...


class OnnxRuntime:
    """A model exported to ONNX, outputs `start` and `end`. 8 windows of 167 tokens take 84 ms here, in torch 230."""

    def __init__(self, path: Path) -> None:
        """Load the model. Raises ModelError where the file is not such a model."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no base class
            raise ModelError(f"{path} is not a model that ONNX Runtime can load ({error}).") from error

    def __call__(self, row: dict[str, Tokens]) -> tuple[Logits, Logits]:
        """Run the model once."""
        start, end = self._session.run(["start", "end"], row)
        return start[0], end[0]


class TorchRuntime:
    """Any `AutoModelForQuestionAnswering` folder of transformers."""

    def __init__(self, folder: Path) -> None:
        """Load the model. Raises ModelError where the folder does not hold one."""
        from transformers import AutoModelForQuestionAnswering

        try:
            self._model = AutoModelForQuestionAnswering.from_pretrained(folder, local_files_only=True).float().eval()
        except (OSError, ValueError) as error:
            raise ModelError(f"{folder} holds no span model that transformers can load ({error}).") from error

    def __call__(self, row: dict[str, Tokens]) -> tuple[Logits, Logits]:
        """Run the model once."""
        import torch

        with torch.inference_mode():
            out = self._model(**{name: torch.from_numpy(rows) for name, rows in row.items()})
        return out.start_logits[0].numpy(), out.end_logits[0].numpy()


class Reader:
    """The span model in `folder`: an ONNX file or transformers weights, beside `tokenizer.json`."""

    def __init__(self, folder: Path = PACKAGED, threads: int | None = None) -> None:
        """Name the model's folder; `threads` defaults to the processors at hand."""
        self.folder = folder
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
    def _runtime(self) -> Runtime:
        exported = sorted(self.folder.glob("*.onnx"))
        if exported:
            return OnnxRuntime(exported[0])
        return TorchRuntime(self.folder)

    def load(self) -> None:
        """Load tokeniser and model now rather than with the first question."""
        self([Window(np.zeros(1, np.int64), 1, np.zeros((0, 2), np.int64))])

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads, thread_name_prefix="reader")

    def __call__(self, rows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        """Return the start and end logits of each window, float32 [its tokens], in order.

        Windows run one by one, unpadded, the longest first, on as many threads as there are
        processors: here a quarter faster than one padded batch with its threads inside.
        """
        order = sorted(range(len(rows)), key=lambda number: -len(rows[number].tokens))
        done = self._pool.map(self._runtime, (inputs(rows[number]) for number in order))
        return [logits for _, logits in sorted(zip(order, done, strict=True), key=lambda pair: pair[0])]
