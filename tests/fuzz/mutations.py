"""(a sample, a seed) → the same spoilt: bits turned, pieces left out, doubled, moved, numbers made extreme."""

from __future__ import annotations

import random
import struct

# What programs count wrong with.
NUMBERS = (0, 1, -1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**63)
WORDS = (
    b"null",
    b"true",
    b"NaN",
    b"1e999",
    b"-1",
    b"[]",
    b"{}",
    b'""',
    b"9" * 400,
    b"1" * 5000,
    b"[" * 3000,
    b"\0",
    b"\xff\xfe",
)
TEXTS = (
    "*",
    "@",
    "[",
    "]",
    "-",
    "+",
    ":",
    '"',
    "(",
    ")",
    ",",
    "class:",
    "1e400",
    "9" * 30,
    "0-2999999",
    "strongest ",
    "é",
    "\0",
    " " * 50,
)


def mutated(samples: list[bytes], seed: int) -> bytes:
    """One of ``samples``, spoilt in one to four places; the same for the same ``seed``."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(samples))
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        _spoil(data, chance, samples)
    return bytes(data)


def _spoil(data: bytearray, chance: random.Random, samples: list[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    # The beginning of a file is where it says what it is.
    at = min(at, chance.randrange(64)) if chance.random() < 0.4 else at
    end = min(len(data), at + chance.choice((1, 2, 4, 8, 64)))
    kind = chance.randrange(8)
    if kind == 0 and at < len(data):
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        data[at:end] = bytes(end - at)
    elif kind == 2:
        del data[at:end]
    elif kind == 3:
        data[at:at] = data[at:end]
    elif kind == 4:
        del data[at:]
    elif kind == 5:
        number = chance.choice(NUMBERS)
        packed = struct.pack(chance.choice("<>") + "Q", number % 2**64)
        size = chance.choice((1, 2, 4, 8))
        data[at : at + size] = packed[:size] if chance.random() < 0.5 else packed[-size:]
    elif kind == 6:
        data[at:end] = chance.choice(WORDS)
    else:
        other = chance.choice(samples)
        start = chance.randrange(len(other) + 1)
        data[at:end] = other[start : start + chance.choice((4, 32, 256))]


def mutated_text(samples: list[str], seed: int) -> str:
    """The same for words."""
    chance = random.Random(seed)
    text = chance.choice(samples)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((0, 1, 3)))
        text = text[:at] + chance.choice((*TEXTS, chance.choice(samples))) + text[end:]
    return text


def mutated_value(value: object, seed: int) -> object:
    """Plain values as JSON has them, some of them others."""
    chance = random.Random(seed)
    return _other(value, chance)


def _other(value: object, chance: random.Random) -> object:
    if chance.random() < 0.15:
        return chance.choice(
            [None, True, -1, 0, 10**400, 1e308, -1e308, 0.5, "", "auto", "\0", "x" * 3000, [], {}, [1, 2], {"a": 1}]
        )
    if isinstance(value, dict):
        return {key: _other(item, chance) for key, item in value.items() if chance.random() > 0.03}
    if isinstance(value, list):
        return [_other(item, chance) for item in value]
    return value
