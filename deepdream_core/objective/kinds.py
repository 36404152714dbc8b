"""(numbers of ImageNet classes) → those of the same kind: what is shown where a thing itself can't be."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from .classes import class_index

# ImageNet orders animals by kind: numbers from and to.
_ANIMALS = (
    (0, 6), (7, 24), (25, 32), (33, 37), (38, 50), (52, 68), (69, 79), (80, 100), (102, 106), (107, 117), (118, 126),
    (127, 146), (147, 150), (151, 268), (269, 280), (281, 293), (294, 299), (300, 326), (327, 329), (330, 338),
    (339, 355), (356, 362), (365, 384), (385, 388), (389, 397),
)
# Everything else is ordered by the alphabet: first names of classes.
_OTHERS = (
    ("castle", "palace", "church", "mosque", "monastery", "dome", "bell cote", "beacon", "water tower", "obelisk",
     "triumphal arch", "stupa", "vault", "megalith", "totem pole", "pedestal", "steel arch bridge",
     "suspension bridge"),
    ("boathouse", "barn", "library", "greenhouse", "thatch", "tile roof", "yurt", "stone wall", "sliding door",
     "picket fence", "window screen", "window shade", "prison", "cinema", "church", "patio"),
    ("grey whale", "killer whale", "dugong", "sea lion", "great white shark", "tiger shark", "hammerhead", "stingray",
     "king penguin", "sturgeon", "gar"),
    ("seashore", "promontory", "sandbar", "lakeside", "coral reef", "cliff", "valley", "alp", "volcano", "geyser",
     "breakwater", "dam", "dock", "fountain", "conch", "starfish"),
    ("schooner", "yawl", "catamaran", "liner", "pirate", "speedboat", "canoe", "gondola", "trimaran", "lifeboat",
     "container ship", "fireboat", "aircraft carrier", "submarine", "paddle", "wreck"),
    ("sports car", "convertible", "limousine", "cab", "minivan", "jeep", "racer", "Model T", "beach wagon", "pickup",
     "trolleybus", "school bus", "minibus", "moped", "motor scooter", "bicycle-built-for-two", "mountain bike",
     "steam locomotive", "bullet train", "electric locomotive", "passenger car", "streetcar", "freight car",
     "horse cart", "oxcart", "car wheel", "grille", "disk brake"),
    ("airliner", "warplane", "airship", "wing", "space shuttle", "missile", "projectile", "parachute", "balloon"),
    ("grand piano", "upright", "organ", "accordion", "harmonica", "violin", "cello", "harp", "acoustic guitar",
     "electric guitar", "banjo", "cornet", "French horn", "trombone", "sax", "flute", "oboe", "bassoon", "drum",
     "gong", "maraca", "chime", "steel drum", "panpipe", "ocarina"),
    ("rocking chair", "folding chair", "barber chair", "throne", "studio couch", "park bench", "dining table", "desk",
     "four-poster", "crib", "cradle", "wardrobe", "chiffonier", "china cabinet", "bookcase", "pillow", "quilt"),
    ("revolver", "rifle", "assault rifle", "cannon", "hatchet", "cleaver", "letter opener", "scabbard", "hammer",
     "breastplate", "cuirass", "chain mail", "shield", "bulletproof vest", "holster"),
    ("crash helmet", "football helmet", "pickelhaube", "cowboy hat", "sombrero", "bonnet", "bathing cap",
     "shower cap", "mortarboard", "wig", "mask"),
    ("espresso", "cup", "coffee mug", "coffeepot", "teapot", "espresso maker", "red wine", "eggnog", "goblet",
     "beer glass", "wine bottle", "pitcher", "whiskey jug", "water jug"),
)


def kin(numbers: Iterable[int]) -> frozenset[int]:
    """The classes of the same kinds as ``numbers`` (0..999), these among them; nothing for a class of no kind."""
    wanted = set(numbers)
    return frozenset(number for kind in _kinds() if kind & wanted for number in kind)


@cache
def _kinds() -> tuple[frozenset[int], ...]:
    animals = (frozenset(range(first, last + 1)) for first, last in _ANIMALS)
    others = (frozenset(class_index(name)[0] for name in names) for names in _OTHERS)
    return (*animals, *others)
