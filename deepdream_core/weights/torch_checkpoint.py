"""A safe reader of legacy torch checkpoints: verified file → {name: float32 array}, without torch.

The file is a row of pickles (magic number, protocol, system info, state dict, storage keys) and then the
raw data of each storage. A pickle can run any code, so the reader admits only the four names that a state
dict needs, and ``weights.py`` compares the file's SHA-256 before a byte of it is unpickled.
"""

from __future__ import annotations

import math
import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyConstants, Constants
from ..errors import DreamError

_MAGIC = 0x1950A86A20F9469CFC6C
# What unpickling and reading meet in a file that is none.
_NO_CHECKPOINT = (
    OSError,
    pickle.UnpicklingError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    MemoryError,
    struct.error,
)
_BEYOND = "a tensor extends beyond its data"
_DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


@dataclass(frozen=True)
class _Tensor:
    """A tensor whose data stands later in the file."""

    storage: str
    dtype: np.dtype[Any]
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


class _Unpickler(pickle._Unpickler):
    """Python's own one: the one in C makes room at once for as many remembered objects as a file states."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"the name {module}.{name} is not allowed")

    def persistent_load(self, pid: Any) -> tuple[str, np.dtype[Any]]:
        storage_mark, dtype, key, _location, _count, _view = pid
        if storage_mark != "storage" or dtype not in _DTYPES.values():
            raise pickle.UnpicklingError("only plain storages are allowed")
        return str(key), dtype


def _rebuild(storage: tuple[str, np.dtype[Any]], offset: int, shape: Any, stride: Any, *_unused: Any) -> _Tensor:
    return _Tensor(storage[0], storage[1], int(offset), tuple(shape), tuple(stride))


def read_checkpoint(path: Path) -> dict[str, Constants]:
    """Every float tensor of the checkpoint, by its state-dict name, in torch's own layout (O, I, H, W).

    Raises ``DreamError`` (``weights.unreadable``) for anything that is no such checkpoint.
    """
    try:
        # A map, and no file: that makes room for as many bytes as are asked for before it looks whether it has them.
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            return _read(data)
    except _NO_CHECKPOINT as error:
        raise DreamError("weights.unreadable", path=path, reason=error, advice="Install the package again.") from error


def _read(file: mmap) -> dict[str, Constants]:
    if _Unpickler(file).load() != _MAGIC:
        raise ValueError("it is not a legacy checkpoint")
    _Unpickler(file).load()
    _Unpickler(file).load()
    state: dict[str, _Tensor] = _Unpickler(file).load()
    keys: list[str] = _Unpickler(file).load()
    dtypes = {tensor.storage: tensor.dtype for tensor in state.values()}
    storages = {key: _read_storage(file, dtypes[key]) for key in keys}
    # With strides of 0, or under many names, few bytes would become any number.
    if sum(abs(math.prod(tensor.shape)) for tensor in state.values()) > sum(data.size for data in storages.values()):
        raise ValueError(_BEYOND)
    return {
        name: np.ascontiguousarray(_view(tensor, storages[tensor.storage]), dtype=np.float32)
        for name, tensor in state.items()
        if tensor.dtype == _DTYPES["FloatStorage"]
    }


def _read_storage(file: mmap, dtype: np.dtype[Any]) -> AnyConstants:
    count = int.from_bytes(file.read(8), "little")
    data = file.read(count * dtype.itemsize)
    if len(data) != count * dtype.itemsize:
        raise ValueError("it is truncated")
    return np.frombuffer(data, dtype)


def _view(tensor: _Tensor, storage: AnyConstants) -> AnyConstants:
    span = tensor.offset + 1 + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.stride, strict=True))
    if span > storage.size or min(*tensor.shape, *tensor.stride, tensor.offset, 0) < 0:
        raise ValueError(_BEYOND)
    strides = tuple(step * storage.itemsize for step in tensor.stride)
    return np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, strides)
