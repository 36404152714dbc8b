"""What a person sees of painted strokes, in numbers: grain in flat places, crumbs, halos along edges, their length."""

from __future__ import annotations

import cv2
import numpy as np

from .seen import FINE_PX, Picture, Plane, light

# Flat is where luminance varies by less than this, in 0..255 units, within a Gaussian of so many pixels.
FLAT, FLAT_PX = 4.0, 6.0
# A crumb: so few pixels at most, of one kind, that differ from what is around them by this.
CRUMB_PX, CRUMB = 3, 20.0
# Luminance beside an edge, and further away where it is as in the whole area, in pixels from the edge.
NEAR, FAR = (2, 3, 4), (9, 11, 13)
# The share of a content's pixels that are its strong edges.
EDGES = 0.03


def flat(content: Picture) -> Plane:
    """Where ``content`` is flat: bool (height, width)."""
    plane = light(content)
    mean = cv2.GaussianBlur(plane, (0, 0), FLAT_PX)
    variance = cv2.GaussianBlur(np.square(plane - mean), (0, 0), FLAT_PX)
    return np.asarray(variance < FLAT**2)


def grain(picture: Picture, where: Plane) -> float:
    """The root mean square of what is finer than 1.5 pixels in luminance, 0..255 units."""
    plane = light(picture)
    fine = plane - cv2.GaussianBlur(plane, (0, 0), FINE_PX)
    return float(np.sqrt(np.mean(np.square(fine[where]))))


def crumbs(picture: Picture) -> float:
    """How many specks of 1 to 3 pixels there are among 10,000 pixels: lighter or darker than all around."""
    plane = light(picture)
    around = cv2.medianBlur(plane.astype(np.uint8), 5)
    apart = np.abs(plane - around) >= CRUMB
    found = np.zeros(plane.shape, np.uint8)
    for level in range(16, 256, 16):
        for there in (plane > level, plane <= level):
            _, labels, stats, _ = cv2.connectedComponentsWithStats(there.astype(np.uint8), connectivity=8)
            found[there & apart & (stats[labels, cv2.CC_STAT_AREA] <= CRUMB_PX)] = 1
    return (cv2.connectedComponents(found, connectivity=8)[0] - 1) / plane.size * 10_000


def halos(content: Picture, picture: Picture) -> float:
    """By how much light places are lighter and dark ones darker right at an edge than further away, beyond what
    ``content`` has of it; in 0..255 units."""
    return _overshoot(content, picture) - _overshoot(content, content)


def _overshoot(content: Picture, picture: Picture) -> float:
    plane = cv2.GaussianBlur(light(content), (0, 0), 1.5)
    down, across = np.gradient(plane)
    slope = np.hypot(down, across)
    rows, columns = np.nonzero(slope > np.quantile(slope, 1 - EDGES))
    down, across = (part[rows, columns] / slope[rows, columns] for part in (down, across))
    shown = light(picture)

    def mean(offsets: tuple[int, ...], sign: int) -> float:
        """Towards the light side for a ``sign`` of 1."""
        found = [
            cv2.remap(
                shown,
                (columns + sign * offset * across).astype(np.float32)[np.newaxis],
                (rows + sign * offset * down).astype(np.float32)[np.newaxis],
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REFLECT,
            ).mean()
            for offset in offsets
        ]
        return float(np.mean(found))

    return mean(NEAR, 1) - mean(FAR, 1) + mean(FAR, -1) - mean(NEAR, -1)


def length(picture: Picture) -> float:
    """How far strokes go on to either side, in pixels: until directions agree half as well as at one place."""
    plane = cv2.GaussianBlur(light(picture), (0, 0), 1.0)
    down, across = np.gradient(plane)
    parts = (cv2.GaussianBlur(part, (0, 0), 3.0) for part in (across**2, down**2, across * down))
    aa, dd, ad = parts
    double = ((aa - dd) + 2j * ad) / (aa + dd + 1)
    # Along the stroke, at a right angle to the steepest change.
    angle = np.angle(double) / 2 + np.pi / 2
    rows, columns = np.mgrid[: plane.shape[0], : plane.shape[1]].astype(np.float32)
    own = np.mean(np.abs(double) ** 2)
    before = 1.0
    for distance in range(4, max(plane.shape), 4):
        place = tuple(
            (start + distance * part(angle)).astype(np.float32) for start, part in ((columns, np.cos), (rows, np.sin))
        )
        inside = (place[0] >= 0) & (place[0] < plane.shape[1] - 1) & (place[1] >= 0) & (place[1] < plane.shape[0] - 1)
        there = cv2.remap(double.real.astype(np.float32), *place, cv2.INTER_LINEAR) + 1j * cv2.remap(
            double.imag.astype(np.float32), *place, cv2.INTER_LINEAR
        )
        agree = float(np.mean((double * there.conj()).real[inside]) / own)
        if agree < 0.5:
            return distance - 4 + 4 * (before - 0.5) / (before - agree)
        before = agree
    return float(max(plane.shape))
