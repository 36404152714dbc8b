"""The yardstick of strokes finds in drawn pictures what was drawn into them, and nothing in those without."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests import strokes

SIDE = 128
STEP = np.repeat(np.where(np.arange(SIDE) < SIDE // 2, 60, 180)[np.newaxis, :], SIDE, axis=0)


def grey(plane):
    return np.repeat(np.asarray(plane)[..., np.newaxis], 3, axis=2).clip(0, 255).astype(np.uint8)


def stripes(reach):
    """Short lines of 4 px across, each ``reach`` px long, in one of two directions like the fields of a chess board."""
    down, across = np.mgrid[:SIDE, :SIDE]
    turned = (down // reach + across // reach) % 2
    return grey(127 + 80 * np.sin(np.where(turned, down, across) * np.pi / 4))


def test_flat_is_what_lies_away_from_edges():
    where = strokes.flat(grey(STEP))
    assert where[:, :32].all() and where[:, 96:].all() and not where[:, 60:68].any()


def test_grain_is_the_deviation_of_fine_noise_and_not_of_broad_forms():
    noise = np.random.default_rng(1).normal(0, 6, (SIDE, SIDE))
    everywhere = np.ones((SIDE, SIDE), bool)
    assert strokes.grain(grey(127 + noise), everywhere) == pytest.approx(6, rel=0.1)
    assert strokes.grain(grey(127 + 20 * cv2.GaussianBlur(noise, (0, 0), 8)), everywhere) < 1


def test_crumbs_are_counted():
    plane = np.full((SIDE, SIDE), 100.0)
    plane[8:120:16, 8:120:16] = 160
    assert strokes.crumbs(grey(plane)) == pytest.approx(49 / SIDE**2 * 10_000)
    assert strokes.crumbs(grey(cv2.dilate(plane, np.ones((4, 4))))) == strokes.crumbs(grey(STEP)) == 0


def test_a_sharpened_edge_has_a_halo_and_a_plain_one_none():
    plane = cv2.GaussianBlur(STEP.astype(np.float64), (0, 0), 2)
    assert abs(strokes.halos(grey(plane), grey(plane))) < 0.1
    assert strokes.halos(grey(plane), grey(2 * plane - cv2.GaussianBlur(plane, (0, 0), 3))) > 10


def test_longer_strokes_measure_longer():
    short, long = strokes.length(stripes(12)), strokes.length(stripes(40))
    assert 2 < short < 0.6 * long
