"""A plain PyTorch loop over the same architecture and weights: the reference's steps, another library.

Modes: "fp32", "channels_last" (fp32), "bf16" (channels last): the best that eager PyTorch offers on a CPU.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from .plain_network import Operation, PlainNetwork
from .task import Task

MODES = ("fp32", "channels_last", "bf16")
SMALLEST_TILE = 96


def prepare(task: Task) -> Callable[[np.ndarray, Task], np.ndarray]:
    """Build the network once; the function returned dreams float32 (height, width, 3), 0..255."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network"
        export = [sys.executable, "-c", "from benchmarks.plain_network import main; main()"]
        subprocess.run([*export, str(path), task.network, *task.layers], check=True, capture_output=True)
        network = pickle.loads(path.read_bytes())
    precision = torch.bfloat16 if task.mode == "bf16" else torch.float32
    layout = torch.contiguous_format if task.mode == "fp32" else torch.channels_last
    module = Module(network, precision, layout)
    return lambda rgb, wanted: dream(rgb, wanted, module)


class Module:
    """The network: (1, 3, height, width) RGB 0..255 → the sum of its outputs' mean squares."""

    def __init__(self, network: PlainNetwork, precision: torch.dtype, layout: torch.memory_format) -> None:
        self.network, self.precision, self.layout = network, precision, layout
        self.weights = [
            [self._tensor(weight, operation.kind) for weight in operation.weights] for operation in network.operations
        ]

    def _tensor(self, weight: np.ndarray, kind: str) -> torch.Tensor:
        tensor = torch.from_numpy(np.ascontiguousarray(weight)).to(self.precision)
        return tensor.to(memory_format=self.layout) if "Conv" in kind else tensor

    def gradient(self, tile: torch.Tensor) -> torch.Tensor:
        """The gradient with respect to a (1, 3, height, width) tile, float32."""
        pixels = tile.detach().contiguous(memory_format=self.layout).requires_grad_()
        values = [pixels]
        for operation, weights in zip(self.network.operations[1:], self.weights[1:], strict=True):
            values.append(compute(operation, [values[index] for index in operation.inputs], weights))
            if operation.kind == "Rescaling":
                values[-1] = values[-1].to(self.precision)
        outputs = [values[index].float() for index in self.network.outputs]
        return torch.autograd.grad(sum(torch.mean(output**2) for output in outputs), pixels)[0]


def compute(operation: Operation, inputs: list[torch.Tensor], weights: list[torch.Tensor]) -> torch.Tensor:
    """One operation as Keras defines it."""
    options, x = operation.options, inputs[0]
    if operation.kind in ("Conv2D", "DepthwiseConv2D"):
        groups = x.shape[1] if operation.kind == "DepthwiseConv2D" else 1
        x, padding = padded(x, weights[0].shape[2:], options)
        return functional.conv2d(x, weights[0], None, options["stride"], padding, groups=groups)
    if operation.kind == "BatchNormalization":
        scale, shift, mean, variance = weights
        return functional.batch_norm(x, mean, variance, scale, shift, eps=options["epsilon"])
    if operation.kind == "MaxPooling2D":
        return functional.max_pool2d(x, options["size"], options["stride"])
    if operation.kind == "AveragePooling2D":
        border = options["size"] // 2
        return functional.avg_pool2d(x, options["size"], options["stride"], border, count_include_pad=False)
    if operation.kind == "Concatenate":
        return torch.cat(inputs, 1)
    if operation.kind == "Add":
        return inputs[0] + inputs[1]
    if operation.kind == "Rescaling":
        return x * options["scale"] + options["offset"]
    return functional.relu6(x) if options.get("max_value") == 6 else functional.relu(x)


def padded(x: torch.Tensor, kernel: torch.Size, options: dict) -> tuple[torch.Tensor, tuple[int, int]]:
    """TensorFlow's padding: the convolution's own where it is even, before it where it isn't."""
    if options["padding"] == "valid":
        return x, (0, 0)
    if options["stride"] == 1:
        return x, (kernel[0] // 2, kernel[1] // 2)
    sides = []
    for length, size in zip(reversed(x.shape[2:]), reversed(kernel), strict=True):
        total = max(0, (-(-length // options["stride"]) - 1) * options["stride"] + size - length)
        sides += [total // 2, total - total // 2]
    return functional.pad(x, sides), (0, 0)


def dream(rgb: np.ndarray, task: Task, module: Module) -> np.ndarray:
    """Dream ``rgb``, float32 (height, width, 3), 0..255, from small to large."""
    random = np.random.default_rng(task.seed)
    original = torch.from_numpy(rgb.transpose(2, 0, 1)[np.newaxis].copy())
    detail = torch.zeros((1, 3, 1, 1))
    for size in task.sizes:
        source = functional.interpolate(original, size, mode="bilinear", antialias=True)
        picture = source + functional.interpolate(detail, size, mode="bilinear")
        for _ in range(task.steps):
            shift = tuple(int(pixels) for pixels in random.integers(0, task.tile, 2))
            found = rolled_gradient(picture, shift, task.tile, module)
            picture = (picture + task.step_size * found / found.abs().mean()).clamp(0, 255)
        detail = picture - source
    return picture[0].numpy().transpose(1, 2, 0)


def rolled_gradient(picture: torch.Tensor, shift: tuple[int, int], tile: int, module: Module) -> torch.Tensor:
    """The gradient of the whole picture, tile by tile over its rolled copy."""
    rolled = torch.roll(picture, shift, (2, 3))
    found = torch.empty_like(rolled)
    for top in range(0, rolled.shape[2], tile):
        for left in range(0, rolled.shape[3], tile):
            part = rolled[:, :, top : top + tile, left : left + tile]
            below, right = (max(0, SMALLEST_TILE - side) for side in part.shape[2:])
            whole = functional.pad(part, (0, right, 0, below), mode="replicate") if below or right else part
            inner = module.gradient(whole)[:, :, : part.shape[2], : part.shape[3]]
            found[:, :, top : top + tile, left : left + tile] = inner
    return torch.roll(found, (-shift[0], -shift[1]), (2, 3))
