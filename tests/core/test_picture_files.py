"""Pictures between file and dream: alone, turned, where a target fails, who may read them."""

from __future__ import annotations

import errno
import struct
from pathlib import Path

import numpy as np
import pytest

from deepdream_core.errors import DreamError
from deepdream_core.files import (
    formats,
    pictures,
    png,
    profiles,
)
from deepdream_core.files.metadata import Stored
from deepdream_core.files.tags import (
    ORIENTATION,
    SHORT,
    Directory,
    Entry,
)
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.recipe import Recipe
from tests.core.handmade import GREY, RGB

RECIPE = Recipe(DreamSettings(), "1", "ab", "2", "cpu", 2, "fp32", 512, 4, 3, {})


def picture(samples: np.ndarray, path: Path = Path("x.png"), **more: object) -> pictures.PictureFile:
    return pictures.PictureFile(path, Stored(samples, **more))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_dream_alone_lies_where_it_was_seen(orientation):
    exif = Directory("<", {ORIENTATION: Entry(SHORT, struct.pack("<H", orientation))})
    found = picture(RGB, exif=exif)
    seen = found.pixels.rgb.shape
    share = np.zeros(seen[:2], np.float32)
    share[0, 1] = 0.5

    class Dream:
        x = y = 0
        rgb, mask, recipe = np.full(seen, 99, np.float32), share, RECIPE

    alone = found.with_dream_alone(Dream())
    assert alone.stored.samples.shape == (3, 4, 4)
    assert alone.pixels.alpha[0, 1] == pytest.approx(0.5, abs=0.01) and alone.pixels.alpha.sum() < 0.51
    assert np.abs(alone.pixels.rgb[0, 1] - 99).max() < 1
    again = alone.with_dream_alone(Dream())
    assert again.stored.samples.shape == (3, 4, 4)
    light = pictures.PictureFile(Path("x.exr"), profiles.for_light(alone.stored)).with_dream_alone(Dream())
    assert light.stored.samples[..., :3].max() < 1 and light.pixels.alpha[0, 1] == pytest.approx(0.25, abs=0.02)


def test_not_a_number_where_a_dream_is_becomes_the_dream():
    found = picture(np.full((2, 2, 3), np.nan, np.float32))
    over = found.with_dream_pixels(0, 0, np.full((2, 2, 3), 128, np.float32), np.ones((2, 2), np.float32))
    assert np.abs(over.stored.samples - 128 / 255).max() < 0.01
    beyond = found.with_dream_pixels(0, 0, np.full((2, 2, 3), 900, np.float32), np.ones((2, 2), np.float32))
    assert beyond.stored.samples.max() <= 1.0001
    bright = picture(np.full((1, 1, 3), 3.0, np.float32)).pixels.rgb
    assert bright.max() == 255
    faint = picture(np.array([[[0.25, 0.25, 0.25, 0.5]]], np.float32), premultiplied=True)
    dreamed = faint.with_dream_pixels(0, 0, np.full((1, 1, 3), 255, np.float32), np.ones((1, 1), np.float32))
    assert dreamed.stored.samples[0, 0].tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5], abs=0.01)


def test_targets_that_cant_take_a_picture_are_told(tmp_path):
    clear = np.concatenate([RGB, RGB[..., :1] * 0], axis=2)
    opaque = np.concatenate([RGB, RGB[..., :1] * 0 + 255], axis=2)
    cases = [
        (tmp_path / "a.jpg", clear, "picture.alpha"),
        (tmp_path / "a.webp", np.zeros((1, 17_000, 3), np.uint8), "picture.longest"),
        (tmp_path / "none" / "a.png", RGB, "picture.write"),
        (tmp_path / "folder.png", RGB, "picture.write"),
    ]
    (tmp_path / "folder.png").mkdir()
    for target, samples, code in cases:
        with pytest.raises(DreamError) as told:
            pictures._checked(target, picture(samples))
        assert told.value.code == code
    assert pictures._checked(tmp_path / "a.jpg", picture(opaque)) == "JPEG"
    (tmp_path / "there.png").write_bytes(b"")
    assert pictures._checked(tmp_path / "there.png", picture(clear)) == "PNG"


def test_what_a_recipe_and_a_profile_cant_be_is_told():
    for text in ("", "5", "{}", "[" * 100_000, '{"settings": 3}'):
        with pytest.raises(DreamError) as told:
            picture(RGB, recipe=text).recipe  # noqa: B018
        assert told.value.code == "picture.recipe"
    broken = picture(RGB, profile=b"\0" * 200)
    with pytest.raises(DreamError, match="damaged"):
        broken.pixels  # noqa: B018
    with pytest.raises(DreamError, match="target profile"):
        broken._from_srgb(np.zeros((1, 1, 3), np.float32))


def test_a_dream_is_put_beside_a_target_that_fails_and_people_are_told_where(tmp_path, monkeypatch):
    def fails(part, *_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(formats, "write", fails)
    target = tmp_path / "a.tif"
    with pytest.raises(DreamError) as told:
        pictures.save(target, picture(RGB))
    assert told.value.code == "picture.rescued" and "No space left" in str(told.value)
    assert (png.read(tmp_path / "a-dream.png").samples == RGB).all() and not target.exists()
    monkeypatch.setattr(pictures.atomic, "replacing", fails)
    with pytest.raises(DreamError) as told:
        pictures.save(target, picture(RGB))
    assert told.value.code == "picture.write"


def test_nobody_may_read_a_dream_who_may_not_read_its_picture(tmp_path):
    target = tmp_path / "a.png"
    pictures.save(target, pictures.PictureFile(target, Stored(RGB), mode=0o640))
    assert target.stat().st_mode & 0o777 & ~0o640 == 0 and target.stat().st_mode & 0o600 == 0o600
    target.chmod(0o604)
    pictures.save(target, pictures.PictureFile(target, Stored(RGB), mode=0o600))
    assert target.stat().st_mode & 0o777 == 0o604, "a file that is there keeps its own"
    pictures.save_pixels(tmp_path / "b.png", picture(RGB).pixels)
    assert (png.read(tmp_path / "b.png").samples == RGB).all()


def test_a_row_is_tried_with_all_that_the_file_will_hold(tmp_path, monkeypatch):
    tried = []
    real = formats.write
    monkeypatch.setattr(formats, "write", lambda part, name, stored: tried.append(stored) or real(part, name, stored))
    pictures.check_target(tmp_path / "a.tif", picture(RGB, extra=GREY))
    pictures.check_target(tmp_path / "a.png", picture(RGB))
    assert [each.samples.shape[0] for each in tried] == [1, 1]
    assert tried[0].extra.shape == (1, 4, 1) and tried[1].extra is None and len(tried[0].recipe) > 4000
    assert not list(tmp_path.iterdir())
    turned = Directory("<", {ORIENTATION: Entry(SHORT, b"\6\0")})
    stored = Stored(RGB, exif=turned, extra=GREY)
    assert pictures._as_written(stored, "TIFF") is stored and pictures._as_written(Stored(RGB), "BMP").extra is None
    for found in (pictures._as_written(stored, "BMP"), pictures._as_written(stored, "EXR")):
        assert found.samples.shape == (4, 3, 3) and found.extra.shape == (4, 3, 1)
