"""Unpacking: an exported reader -> weights that torch can train on from."""

import gzip
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from bot.reader import SECOND, onnx_files
from bot.training.model import COPIED, SpanModel
from index.errors import ModelError

Floats = NDArray[np.float32]


class Export:
    """The weights in an ONNX file that `bot.training.export` wrote, by the names that modules have in torch."""

    def __init__(self, path: Path) -> None:
        """Read the file, gzipped or plain. Raises ModelError where it is none."""
        import onnx
        from google.protobuf.message import DecodeError

        try:
            content = path.read_bytes()
            graph = onnx.load_from_string(gzip.decompress(content) if path.suffix == ".gz" else content).graph
        except (OSError, EOFError, zlib.error, DecodeError) as error:
            raise ModelError(f"{path} is no ONNX file that can be read ({error}).") from error
        self.path = path
        self._held = {one.name: one for one in graph.initializer}
        self._takes = {node.name.strip("/").replace("/", "."): list(node.input) for node in graph.node}
        self._gives = {name: list(node.input) for node in graph.node for name in node.output}

    def parameter(self, module: str, name: str) -> Floats | None:
        """Return what `module` calls `name`, float32 in torch's shape; None where the export has no such thing.

        It is found by the node that takes it: the exporter renames and turns the weights of products, and keeps one of
        several that are equal.
        """
        product, rest = self._product(module), self._product(f"{module}.rest")
        if name == "weight" and rest:
            whole = self._values(rest[1]).T.copy()
            inputs, few = self._product(module)
            channels = self._values(self._gives[inputs][1]).astype(int)  # of a node that like layers may share
            whole[:, channels] = self._values(few).T
            return whole
        if name == "weight" and product:
            return self._values(product[1]).T.copy()
        norm = self._takes.get(f"{module}.LayerNormalization", [])
        if norm:
            return self._values(norm[1 if name == "weight" else 2])
        sums = self._takes.get(f"{module}.Add", []) + self._takes.get(f"{module}.rest.Add", [])
        rows = self._takes.get(f"{module}.Gather", [])[:1]
        held = [one for one in (sums if name == "bias" else rows) if one in self._held]
        return self._values(held[0]) if held else None

    def _product(self, module: str) -> list[str]:
        return self._takes.get(f"{module}.MatMul_quant") or self._takes.get(f"{module}.MatMul") or []

    def _values(self, name: str) -> Floats:
        from onnx.numpy_helper import to_array

        def held(what: str) -> NDArray[Any]:
            return np.asarray(to_array(self._held[what]))

        name = name.removesuffix("_quantized")
        if name in self._held:
            return held(name).astype(np.float32)
        steps = held(f"{name}_quantized").astype(np.float32) - held(f"{name}_zero_point").astype(np.float32)
        values: Floats = (steps * held(f"{name}_scale")).astype(np.float32)
        return values


def unpack(reader: Path, base: Path, out: Path, *, second: bool = False, frozen_layers: int = 0) -> Mapping[str, int]:
    """Write the first reader in `reader`, or the deeper one, as a folder of weights in the form of the model in `base`.

    Embeddings and the lowest `frozen_layers` of `base` stay as they are there: where these were not trained, they are
    the ones the export was made of, unrounded. Returns how many parameters were `taken` and `kept`. Raises
    ModelError, and writes nothing, where a folder holds no such model or the two are not of one form.
    """
    model = SpanModel(base)
    exports = list(reader.glob(SECOND)) if second else onnx_files(reader)
    if not exports:
        raise ModelError(f"{reader} holds no export of a {'deeper' if second else 'first'} reader.")
    export = Export(exports[0])
    still: set[nn.Parameter] = set()
    if frozen_layers:
        still = set(model.inner.parameters()) - set(model.prepare(frozen_layers).values())
    taken = 0
    for name, value in model.inner.named_parameters():
        if value in still:
            continue
        module, _, last = name.rpartition(".")
        found = export.parameter(f"model.inner.{module}", last)
        if found is None or found.shape != tuple(value.shape):
            shape = "nothing" if found is None else f"{found.shape}"
            raise ModelError(
                f"{export.path} has {shape} for {name}, {base} has {tuple(value.shape)}: name the model it was made of."
            )
        value.data = torch.from_numpy(found)
        taken += 1
    model.save(out)
    for name in COPIED:
        if not second and (reader / name).is_file():
            shutil.copy(reader / name, out / name)
    return {"taken": taken, "kept": len(still)}
