"""(picture, dream) → how strong and how clean the dream is, by networks that share no code with the engine.

Run as a program in a process of its own: one line of JSON with the width, height, layers and file of each
dream comes in, one line of JSON goes out.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from tests import independent

from .pictures import clouds


def judge(path: str, width: int, height: int, layers: list[str]) -> dict[str, object]:
    """Gain of each layer, PSNR in dB and the ratio of high frequencies against the clouds of that size."""
    before, after = clouds(width, height), np.load(path)
    return {
        "gains": {layer: independent.gain(before, after, layer) for layer in layers},
        "psnr": independent.psnr(before, after),
        "high_frequency_ratio": independent.high_frequency_ratio(before, after),
    }


def main() -> None:
    """Judge what standard input asks for."""
    asked = json.loads(sys.stdin.readline())
    sys.stdout.write(json.dumps([judge(**item) for item in asked]) + "\n")


if __name__ == "__main__":
    main()
