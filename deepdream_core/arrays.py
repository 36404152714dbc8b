"""The core's arrays by name: what shape, dtype and range each has. Every signature names its arrays from here.

The names are all that tells them apart: to numpy and to mypy two of one dtype are the same. A function's docstring
adds what its name doesn't say: whose pixels, which order. What a function writes into is float32 and its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.float32]
"""float32 (height, width, 3): red, green, blue as sRGB encodes them, 0..255; while steps move it, beyond that too."""

Rgb8 = NDArray[np.uint8]
"""uint8 (height, width, 3): the same in 8 bits, 0..255."""

AnyRgb = NDArray[Any]
"""``Rgb`` or ``Rgb8``, (height, width, 3), float32 or uint8, 0..255: so that 8 bits needn't be copied to be read."""

Change = NDArray[np.float32]
"""float32 (height, width, 3): what is added to an ``Rgb``, or a gradient for it; of any sign and range."""

Batch = NDArray[np.float32]
"""float32 (n, height, width, 3): pictures of one size, 0..255, or changes of them, of any range."""

Light = NDArray[np.float32]
"""float32 (height, width): luminance, 0..255; of a ``Change``, of any sign."""

Mask = NDArray[np.float32]
"""float32 (height, width): how much each pixel counts, 0..1; alpha too."""

AnyMask = NDArray[np.float32] | NDArray[np.bool_]
"""A ``Mask``, (height, width), float32 0..1, or bool, 0 or 1: whether each pixel counts, a quarter as large."""

Where = NDArray[np.bool_]
"""bool (height, width), a ``Mask`` of whole numbers (as float32 0..1): whether something is so at each pixel."""

Maps = NDArray[np.float32]
"""float32 (height, width, n): several masks, 0..1."""

Planes = NDArray[np.float32]
"""float32 (height, width, n) or (height, width): anything that lies on pixels, of any range."""

AnyPlanes = NDArray[Any]
"""As ``Planes``, (height, width, n) or (height, width), of any dtype, of any range."""

Samples = NDArray[Any]
"""(height, width, n), uint8, uint16, float16 or float32: as a file holds them, of 0..255, 0..65535 or, floats, any."""

Unit = NDArray[np.float32]
"""float32 (height, width, n): samples as numbers, 0 for black and 1.0 for white; floats of a file may lie beyond."""

Line = NDArray[np.float32]
"""float32 (n,): a weight, 0..1, for each of n rows, columns, or points of a curve."""

PerChannel = NDArray[np.float32]
"""float32 (channels,): a number for each channel of a layer, of any range."""

PerBand = NDArray[np.float32]
"""float32 (bands, 3): a number, 0 or more, for each band of a pyramid and each axis of colour."""

Features = NDArray[np.float32]
"""float32 (positions, channels): what a layer answers, of any range."""

Gram = NDArray[np.float32]
"""float32 (channels, channels): sums or means of products of channels, of any range."""

Constants = NDArray[np.float32]
"""float32, of any shape, of any range: numbers of a trained network."""

AnyConstants = NDArray[Any]
"""As ``Constants``, of any shape, any dtype, any range: as a file of weights holds them."""

Colour = NDArray[np.float32]
"""float32 (3,): a colour, 0..255, or three numbers along axes of colour, of any range."""

Axes = NDArray[np.float32]
"""float32 (3, 3): axes of colour, one a column, each of length 1, so within -1..1."""

Colours64 = NDArray[np.float64]
"""float64 (n, 3): colours, 0..255, where sums over many have to be exact."""

Matrix64 = NDArray[np.float64]
"""float64 (3, 3): a linear map of colours, of any range."""
