"""The atlas: what raises a channel shows it, interrupted work goes on, and the one that comes along is whole."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from deepdream_core.atlas import sheets as atlas_sheets
from deepdream_core.atlas.grid import _fitting, bare, keep_sheet, poster, poster_size
from deepdream_core.atlas.render import BATCH, Look, Tile, _even, _finished, _Painter, _store, _stored, render
from deepdream_core.catalogue import NETWORKS
from deepdream_core.cli import main
from deepdream_core.errors import DreamError
from deepdream_core.settings import cache_settings
from deepdream_core.settings.cache_settings import CacheSettings
from deepdream_core.system import atomic, caches
from tests import independent

NETWORK = "efficientnet_lite0"
SMALL = Look(pixels=64, octaves=2, steps=6)
LITTLE = Look(pixels=32, octaves=1, steps=1)


def rendered(engine, layer, folder, look):
    for progress in render(engine, NETWORK, layer, folder, look):
        tiles = progress.tiles
    return tiles


@pytest.fixture(scope="module")
def tiles(engine, tmp_path_factory):
    """All 40 channels of b4."""
    return rendered(engine, "b4", tmp_path_factory.mktemp("atlas"), SMALL)


def own_is_strongest(pictures, channels, layer):
    """For which share of ``channels`` their own picture raises them more than any other's."""
    strength = np.array([independent.activation(picture, layer).mean(axis=(0, 1))[channels] for picture in pictures])
    return (strength.argmax(axis=0) == np.arange(len(channels))).mean()


def test_each_picture_raises_its_own_channel_most(tiles):
    assert sorted(tiles) == list(range(40))
    assert own_is_strongest([tiles[channel].picture for channel in range(40)], list(range(40)), "b4") >= 0.9


def test_the_classes_are_those_that_the_network_reads(tiles):
    for channel in (0, 13, 39):
        logits = independent.activation(tiles[channel].picture, "logits")
        assert list(tiles[channel].classes) == [int(number) for number in np.argsort(logits)[::-1][:3]]


def test_interrupted_work_goes_on_where_it_stopped(engine, tmp_path, tiles, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    tmp_path = tmp_path / "atlas"
    running = render(engine, NETWORK, "b4", tmp_path, SMALL)
    first = next(running)
    assert (len(first.tiles), first.total) == (BATCH, 40) and first.seconds_left > 0
    caches.clear()
    running.close()
    files = sorted(tmp_path.rglob("*.png"))
    assert len(files) == BATCH, "what is rendered is in use"
    files[3].write_bytes(files[3].read_bytes()[:100])
    kept = {file: file.stat().st_mtime_ns for file in files[4:]}
    steps = [len(progress.tiles) for progress in render(engine, NETWORK, "b4", tmp_path, SMALL)]
    assert steps[0] == 2 * BATCH - 1 and steps[-1] == 40
    assert all(file.stat().st_mtime_ns == time for file, time in kept.items())
    again = rendered(engine, "b4", tmp_path, SMALL)
    for channel, tile in tiles.items():
        # Painted in another batch, a channel looks the same, but for the rounding of bf16.
        assert np.corrcoef(again[channel].picture.ravel(), tile.picture.ravel())[0, 1] > 0.9
    cache_settings.write(CacheSettings(cache_limit=0))
    assert len(rendered(engine, "b4", tmp_path, SMALL)) == 40 and not list(tmp_path.rglob("*.png"))


def test_another_look_is_not_taken_from_the_cache(engine, tmp_path):
    assert rendered(engine, "b0", tmp_path, LITTLE)[0].picture.shape == (32, 32, 3)
    assert rendered(engine, "b0", tmp_path, Look(pixels=40, octaves=1, steps=1))[0].picture.shape == (40, 40, 3)


def test_a_grid_has_every_tile_in_its_place():
    tiles = [Tile(channel, np.full((20, 20, 3), 10 * channel, np.uint8), (1, 2, 3)) for channel in range(7)]
    small = bare(tiles, columns=3, pixels=10)
    assert small.shape == (30, 30, 3)
    assert [int(small[row * 10 + 5, column * 10 + 5, 0]) for row in range(3) for column in range(3)][:7] == [
        0,
        10,
        20,
        30,
        40,
        50,
        60,
    ]
    with_text = poster(tiles)
    assert all((with_text == 10 * channel).all(axis=2).sum() >= 400 for channel in range(1, 7))


@pytest.mark.parametrize("layer", [info.name for info in NETWORKS[NETWORK].layers if info.name != "logits"])
def test_the_atlas_that_comes_along_is_whole(layer):
    sheet = atlas_sheets.sheets(NETWORK)[layer]
    channels = NETWORKS[NETWORK].layer(layer).channels
    assert [len(numbers) for numbers in sheet.classes] == [3] * channels
    with Image.open(sheet.file) as image:
        left, top = sheet.corner(channels - 1)
        assert left + atlas_sheets.PIXELS <= image.width == atlas_sheets.COLUMNS * atlas_sheets.PIXELS
        assert top + atlas_sheets.PIXELS == image.height


def test_the_atlas_that_comes_along_is_light_and_shows_its_channels():
    sheets = atlas_sheets.sheets(NETWORK)
    assert sum(sheet.file.stat().st_size for sheet in sheets.values()) < 3_500_000
    pixels, channels = atlas_sheets.PIXELS, list(range(24))
    with Image.open(sheets["b10"].file) as image:
        places = [sheets["b10"].corner(channel) for channel in channels]
        cut = [image.crop((left, top, left + pixels, top + pixels)) for left, top in places]
        pictures = [np.asarray(tile.resize((112, 112), Image.Resampling.BICUBIC)) for tile in cut]
    assert own_is_strongest(pictures, channels, "b10") >= 0.7


def test_channels_are_found_by_what_is_read_in_them():
    found = list(atlas_sheets.search(NETWORK, "peacock"))
    assert found
    for layer, channel in found:
        assert 84 in atlas_sheets.sheets(NETWORK)[layer].classes[channel]
    first = atlas_sheets.sheets(NETWORK)["b10"].search({84})
    ranks = [atlas_sheets.sheets(NETWORK)["b10"].classes[channel].index(84) for channel in first]
    assert ranks == sorted(ranks)
    assert list(atlas_sheets.search("vgg16", "peacock")) == []
    with pytest.raises(DreamError):
        list(atlas_sheets.search(NETWORK, "blorb"))


def test_the_command_writes_the_grid(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    assert main(["atlas", NETWORK, "b0", str(tmp_path / "b0.png"), "--pixels", "32"]) == 0
    with Image.open(tmp_path / "b0.png") as image:
        assert image.width > 100 and image.height > 100
    assert len(list((tmp_path / "home").rglob("*.png"))) == 16
    assert main(["atlas", NETWORK, "b99", str(tmp_path / "b0.png")]) == 1


def test_what_changes_nothing_is_a_picture_all_the_same():
    assert not _even(np.zeros((2, 4, 4, 3), np.float32)).any()
    grey = _finished(np.full((4, 4, 3), 9.0, np.float32), 40.0)
    assert grey.dtype == np.uint8 and (grey == 127).all()
    black_and_white = _finished(np.indices((4, 4)).sum(axis=0)[..., np.newaxis].repeat(3, 2) * 1e4, 500.0)
    assert black_and_white.min() == 0 and black_and_white.max() == 255


def tile(channel: int = 0) -> Tile:
    return Tile(channel, np.full((32, 32, 3), 40 + channel, np.uint8), (84, 7, 985))


@pytest.mark.parametrize("harm", ["gone", "empty", "cut short", "no picture", "no classes", "spoilt classes"])
def test_a_tile_that_was_cut_short_is_painted_again(tmp_path, harm):
    _store(tmp_path, tile())
    found = _stored(tmp_path, 0)
    assert (found.picture == tile().picture).all() and found.classes == (84, 7, 985)
    file = tmp_path / "0000.png"
    whole = file.read_bytes()
    spoilt = {"empty": b"", "cut short": whole[: len(whole) // 2], "no picture": b"x" * 99}
    if harm in spoilt:
        file.write_bytes(spoilt[harm])
    elif harm == "gone":
        file.unlink()
    elif harm == "no classes":
        Image.fromarray(tile().picture).save(file)
    else:
        file.write_bytes(whole.replace(b"[84, 7, 985]", b"[84, 7, 985["))
    assert _stored(tmp_path, 0) is None


def test_a_sheet_loses_its_old_classes_only_once_both_of_its_files_are_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    keep_sheet(NETWORK, "b4", [tile(number) for number in range(3)])
    assert atlas_sheets.sheets(NETWORK)["b4"].classes == ((84, 7, 985),) * 3
    done, flush, unlink = [], atomic.flush, Path.unlink
    monkeypatch.setattr(atomic, "flush", lambda path: done.append(path.suffix) or flush(path))
    monkeypatch.setattr(Path, "unlink", lambda self, **more: done.append(self.name) or unlink(self, **more))
    keep_sheet(NETWORK, "b4", [tile()])
    assert done[:3] == [".json", ".jpg", "b4.json"]
    assert atlas_sheets.sheets(NETWORK)["b4"].classes == ((84, 7, 985),)


def test_a_sheet_from_elsewhere_takes_the_place_of_the_old_one(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    keep_sheet(NETWORK, "b4", [tile()])
    classes = atlas_sheets.cached_file(NETWORK, "b4").with_suffix(".json")
    assert atlas_sheets.arriving_file(NETWORK, "b4", ".json") == classes and classes.exists()
    assert atlas_sheets.arriving_file(NETWORK, "b4", ".jpg") == classes.with_suffix(".jpg") and not classes.exists()
    for ending, code in ((".exe", "wire.header"), ("", "wire.header")):
        with pytest.raises(DreamError) as told:
            atlas_sheets.arriving_file(NETWORK, "b4", ending)
        assert told.value.code == code
    classes.mkdir()
    with pytest.raises(DreamError) as told:
        atlas_sheets.arriving_file(NETWORK, "b4", ".jpg")
    assert told.value.code == "picture.write"


def test_what_is_being_written_or_has_just_gone_is_no_sheet(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    keep_sheet("other", "b4", [tile()])
    folder = atlas_sheets.cached_file("other", "b4").parent
    (folder / ".deepdream-0123abcd.json").write_text("[")
    (folder / "gone.json").symlink_to(tmp_path / "nowhere")
    assert list(atlas_sheets.sheets("other")) == ["b4"]
    assert json.loads((folder / "b4.json").read_text("utf-8")) == [[84, 7, 985]]


def test_texts_under_a_tile_are_no_wider_than_it():
    draw, font = ImageDraw.Draw(Image.new("RGB", (9, 9))), ImageFont.load_default(10)
    assert _fitting("owl", 99, draw, font) == "owl"
    short = _fitting("great grey owl of the north", 60, draw, font)
    assert short.startswith("great") and short.endswith("…") and draw.textlength(short, font) <= 60
    assert poster_size(1, 512, with_classes=False)[0] > 512


def test_the_network_is_shown_nothing_beyond_black_and_white():
    shown = []
    painter = _Painter.__new__(_Painter)
    painter._look = LITTLE
    painter._gradient = lambda pictures, *_more: shown.append(pictures) or np.zeros_like(pictures)
    painter._step(np.full((1, 8, 8, 3), 300, np.float32), [0], np.random.default_rng(0))
    painter._step(np.full((1, 8, 8, 3), -300, np.float32), [0], np.random.default_rng(0))
    assert [(each.min(), each.max()) for each in shown] == [(255, 255), (0, 0)]
