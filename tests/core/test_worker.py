"""The worker as the real process that it is: greeting, dreaming, cancelling, and ending whatever happens."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from deepdream_core.atlas.sheets import COLUMNS, PIXELS, cached_file, sheets
from deepdream_core.dream import Job
from deepdream_core.dream import dream as dream_here
from deepdream_core.files.pictures import load
from deepdream_core.image.pixels import Pixels, from_wire, to_wire
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import SPECS, DreamSettings
from deepdream_core.settings.recipe import Recipe
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.system.folders import data_folder
from deepdream_core.system.priority import NICE
from deepdream_core.version import VERSION
from tests.chosen import choose_fp32

from .real_worker import COMMAND, ROOT, Client, answers

QUICK = DreamSettings(objective="b4", octaves=2, steps=3).to_dict()
# Seconds: promised is one, of a machine that does nothing else.
SOON = 5
LONG = DreamSettings(objective="b10", octaves=4, steps=200, working_size="full").to_dict()


@pytest.fixture(scope="module")
def worker():
    """One warm worker for the tests that leave it alive."""
    client = Client()
    client.send(wire.Hello(VERSION))
    client.next(wire.Ready)
    yield client
    assert client.end() == 0


@pytest.fixture
def fresh():
    """A worker of one's own, to be ended in some way."""
    client = Client()
    yield client
    client.process.kill()
    client.process.wait(10)


@pytest.fixture(scope="module")
def picture() -> Pixels:
    random = np.random.default_rng(3)
    rgb = np.kron(random.uniform(0, 255, (10, 15, 3)), np.ones((16, 16, 1))).astype(np.float32)
    alpha = np.tile(np.linspace(0, 1, 240, dtype=np.float32), (160, 1))
    return Pixels(rgb, alpha)


@pytest.fixture
def fresh_home(tmp_path, monkeypatch):
    """A greeted worker that keeps everything in an empty folder."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    choose_fp32(tmp_path)
    client = Client()
    client.send(wire.Hello(VERSION))
    yield client
    client.process.kill()
    client.process.wait(10)


def dream(client: Client, number: int, picture: wire.Picture, mask: bytes = b"", settings=QUICK) -> wire.Result:
    client.send(wire.Dream(number, settings, picture, mask))
    answer = client.next((wire.Result, wire.Failed))[1]
    assert isinstance(answer, wire.Result), answer
    return answer


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac binds no process to its cores")
def test_it_gives_way_to_others_and_leaves_them_a_core_where_that_is_wanted(fresh):
    fresh.send(wire.Hello(VERSION, free_core=True))
    fresh.next(wire.Welcome)
    usable, process = psutil.Process().cpu_affinity(), psutil.Process(fresh.process.pid)
    end = time.monotonic() + SOON
    while (cores := process.cpu_affinity()) == usable and len(usable) > 1 and time.monotonic() < end:
        time.sleep(0.05)
    assert cores == (usable[1:] or usable)
    if sys.platform != "win32":
        assert process.nice() == min(psutil.Process().nice() + NICE, 19)


def test_it_greets_before_tensorflow_and_answers_pings_while_loading_it(fresh):
    sent = fresh.send(wire.Hello(VERSION))
    at, welcome = fresh.next(wire.Welcome)
    assert at - sent < SOON
    assert welcome == wire.Welcome(VERSION, wire.VERSION, fresh.process.pid)
    waits = []
    for number in range(10):
        sent = fresh.send(wire.Ping(number))
        at, pong = fresh.next((wire.Pong, wire.Ready))
        assert pong == wire.Pong(number), "TensorFlow was there before the pings were over"
        waits.append(at - sent)
        time.sleep(0.05)
    assert max(waits) < SOON
    sent = fresh.send(wire.Describe(5))
    at, description = fresh.next((wire.Description, wire.Ready))
    assert isinstance(description, wire.Description)
    _, ready = fresh.next(wire.Ready)
    assert ready.tensorflow.startswith("2.")


def test_it_describes_what_a_docker_needs(worker):
    worker.send(wire.Describe(77))
    _, description = worker.next(wire.Description)
    assert description.id == 77
    lite0 = next(item for item in description.networks if item["name"] == "efficientnet_lite0")
    assert lite0["present"] is True
    assert [layer["name"] for layer in lite0["layers"]][:2] == ["b0", "b1"]
    assert {item["name"]: item["value_type"] for item in description.settings} == {
        spec.name: spec.value_type.__name__ for spec in SPECS.values()
    }
    assert "Animals" in [item["name"] for item in description.presets]


@pytest.mark.parametrize("depth", ["U8", "U16", "F32"])
def test_a_result_keeps_depth_place_and_alpha(worker, picture, depth):
    mask = np.zeros((160, 240), np.uint8)
    mask[40:120, 100:221] = 255
    mask[40:120, 100] = 51
    result = dream(worker, 1, to_wire(picture, depth), mask.tobytes())
    assert (result.x, result.y, result.picture.width, result.picture.height) == (100, 40, 121, 80)
    assert result.picture.depth == depth
    dreamed = from_wire(result.picture)
    expected = (picture.alpha * (mask / np.float32(255)))[40:120, 100:221]
    assert np.abs(dreamed.alpha - expected).max() <= {"U8": 0.5 / 255, "U16": 1e-4, "F32": 1e-6}[depth] * 1.01
    changed = np.abs(dreamed.rgb - picture.rgb[40:120, 100:221]).mean()
    assert changed > 3
    recipe = Recipe.from_dict(json.loads(json.dumps(result.recipe)))
    assert recipe.settings == DreamSettings.from_dict(QUICK)


def test_a_blend_keeps_alpha_and_says_what_it_touched(worker, picture):
    mask = np.zeros((160, 240), np.uint8)
    mask[40:120, 100:221] = 255
    mask[41:120, 100] = 51
    mask[40, 100:130] = 0
    source = to_wire(picture, "F32")
    worker.send(wire.Dream(40, QUICK, source, mask.tobytes(), blend=40.0))
    result = worker.next(wire.Result)[1]
    inside, weight = mask[40:120, 100:221], mask[40:120, 100:221, np.newaxis] / np.float32(255) * np.float32(0.4)
    before, dreamed, after = from_wire(source), from_wire(result.picture), from_wire(result.blended)
    expected = before.rgb[40:120, 100:221] + (dreamed.rgb - before.rgb[40:120, 100:221]) * weight
    assert np.abs(after.rgb - expected).max() < 1e-2
    assert np.array_equal(after.alpha, before.alpha[40:120, 100:221])
    assert np.array_equal(np.frombuffer(result.touched, np.uint8).reshape(80, 121) > 0, inside > 0)


@pytest.mark.parametrize("depth", ["U8", "U16", "F32"])
def test_a_result_is_packed_afterwards_as_a_picture_file_with_its_recipe(worker, picture, depth, tmp_path):
    worker.send(wire.Dream(41, QUICK, to_wire(picture, depth), pack=True))
    result = worker.next(wire.Result)[1]
    packed = worker.next(wire.Packed)[1]
    path = tmp_path / "dream.png"
    path.write_bytes(packed.png)
    found, expected = load(path), from_wire(result.picture)
    assert found.stored.samples.dtype == (np.uint8 if depth == "U8" else np.uint16)
    assert np.abs(found.pixels.rgb - np.clip(expected.rgb, 0, 255)).max() < 0.01
    assert np.abs(found.pixels.alpha - expected.alpha).max() < 1e-4
    assert found.recipe == Recipe.from_dict(result.recipe)


def test_progress_rises_to_the_end_with_few_small_previews(worker, picture):
    worker.send(wire.Dream(2, QUICK, to_wire(picture, "U8")))
    began, came = time.monotonic(), []
    while not isinstance(message := worker.next((wire.Progress, wire.Result, wire.Failed))[1], wire.Result):
        came.append(message)
    seconds = time.monotonic() - began
    done = [progress.done for progress in came]
    assert done == sorted(done) and done[-1] == came[-1].total
    assert (came[-1].octave, came[-1].octaves, came[-1].step, came[-1].steps) == (2, 2, 3, 3)
    previews = [progress.preview for progress in came if progress.preview]
    assert 1 <= len(previews) <= 1 + seconds / 0.25
    assert all(preview.depth == "U8" and max(preview.width, preview.height) <= 512 for preview in previews)


def test_a_style_travels_as_a_dream_does(worker, picture):
    settings = StyleSettings(steps=2, octaves=1)
    sent = to_wire(picture, "U8")
    worker.send(wire.Style(31, settings.to_dict(), sent, pictures={"style": sent}))
    answer = worker.next((wire.Result, wire.Failed))[1]
    assert isinstance(answer, wire.Result), answer
    assert (answer.picture.width, answer.picture.height) == (240, 160)
    assert Recipe.from_dict(json.loads(json.dumps(answer.recipe))).settings == settings


def test_a_film_is_written_to_its_place_and_can_be_cancelled(worker, picture, tmp_path):
    asked = wire.Zoom(
        33, QUICK, to_wire(picture, "U8"), zoom={"frames": 3, "zoom": 10.0}, target=str(tmp_path / "film")
    )
    worker.send(asked)
    came = list(answers(worker, (wire.ZoomWritten, wire.Failed)))
    assert came[-1] == wire.ZoomWritten(33, asked.target, 3, came[-1].seconds)
    done = [message.done for message in came[:-1]]
    assert done == sorted(done) and 0 < done[0] < 1 and came[-2].total == 3 and came[-2].octave == 3
    files = sorted((tmp_path / "film").iterdir())
    assert [file.name for file in files] == ["00001.png", "00002.png", "00003.png"]
    with Image.open(files[2]) as last:
        assert last.size == (240, 160)
    worker.send(dataclasses.replace(asked, id=34, settings=LONG, target=str(tmp_path / "other")))
    worker.next(wire.Progress)
    worker.send(wire.Cancel(34))
    assert list(answers(worker, (wire.ZoomWritten, wire.Failed)))[-1].code == "cancelled"
    worker.send(dataclasses.replace(asked, id=35, target=str(tmp_path / "film.doc")))
    assert list(answers(worker, (wire.ZoomWritten, wire.Failed)))[-1].code == "zoom.format"


def received(messages):
    """The files that came in pieces, by their names."""
    files = {}
    for each in messages:
        if isinstance(each, wire.FileBytes):
            assert each.name not in files or files[each.name][-1] is None, "nothing follows the last piece"
            files.setdefault(each.name, [b"", None])[0] += bytes(each.data)
            files[each.name][1:] = ["whole"] if each.is_last else [None]
    assert all(whole for _data, whole in files.values())
    return {name: data for name, (data, _whole) in files.items()}


def test_a_film_for_another_computer_comes_in_pieces(fresh_home, picture, tmp_path_factory):
    """The same as is written here, and nothing stays where it was made."""
    folder = tmp_path_factory.mktemp("here")
    asked = wire.Zoom(50, QUICK, to_wire(picture, "U8"), zoom={"frames": 2}, target=str(folder / "frames"))
    for name in ("frames", "zoom.gif"):
        fresh_home.send(dataclasses.replace(asked, target=str(folder / name)))
        assert list(answers(fresh_home, (wire.ZoomWritten, wire.Failed)))[-1].target == str(folder / name)
        fresh_home.send(dataclasses.replace(asked, target=name, elsewhere=True))
        came = list(answers(fresh_home, (wire.ZoomWritten, wire.Failed)))
        assert came[-1] == wire.ZoomWritten(50, name, 2, came[-1].seconds)
        files = [folder / name] if "." in name else sorted((folder / name).iterdir())
        here = {"" if "." in name else file.name: file.read_bytes() for file in files}
        assert received(came) == here
    fresh_home.send(dataclasses.replace(asked, id=51, settings=LONG, target="zoom.kra", elsewhere=True))
    fresh_home.next(wire.Progress)
    fresh_home.send(wire.Cancel(51))
    assert list(answers(fresh_home, (wire.ZoomWritten, wire.Failed)))[-1].code == "cancelled"
    refused = dict.fromkeys(["../x.gif", "/x.gif", "..", ""], "wire.header")
    for wrong, code in {**refused, "x.doc": "zoom.format"}.items():
        fresh_home.send(dataclasses.replace(asked, id=52, target=wrong, elsewhere=True))
        failed = list(answers(fresh_home, (wire.ZoomWritten, wire.Failed)))[-1]
        assert failed.code == code and "jobs" not in failed.sentence
    # The present one's folder goes when it hears of the cancel, before it begins another.
    assert not list((data_folder() / "jobs").glob("sent-*"))


def test_a_sheet_for_another_computer_comes_in_pieces(fresh_home):
    fresh_home.send(wire.Atlas(36, "efficientnet_lite0", "b0", elsewhere=True))
    files = received(answers(fresh_home, (wire.Sheet, wire.Failed)))
    kept = cached_file("efficientnet_lite0", "b0")
    assert list(files) == [".jpg", ".json"]
    assert all(kept.with_suffix(ending).read_bytes() == data for ending, data in files.items())


def test_an_atlas_grows_before_ones_eyes_and_is_kept(fresh_home):
    asked = wire.Atlas(36, "efficientnet_lite0", "b0")
    fresh_home.send(asked)
    came = list(answers(fresh_home, (wire.Sheet, wire.Failed)))
    assert came[-1] == wire.Sheet(36, "efficientnet_lite0", "b0")
    last = came[-2]
    assert (last.done, last.total) == (16, 16) and last.preview.width == COLUMNS * PIXELS
    kept = sheets("efficientnet_lite0")["b0"]
    assert kept.file == cached_file("efficientnet_lite0", "b0") and len(kept.classes) == 16
    with Image.open(kept.file) as image:
        assert image.size == (last.preview.width, last.preview.height)
    fresh_home.send(dataclasses.replace(asked, id=37))
    assert [type(message) for message in answers(fresh_home, (wire.Sheet, wire.Failed))] == [wire.Progress, wire.Sheet]


def test_the_same_job_gives_the_same_bytes_in_another_process(worker, fresh, picture):
    sent = to_wire(picture, "U16")
    first = dream(worker, 3, sent)
    again = dream(worker, 4, sent)
    fresh.send(wire.Hello(VERSION))
    elsewhere = dream(fresh, 5, sent)
    assert bytes(first.picture.data) == bytes(again.picture.data) == bytes(elsewhere.picture.data)
    other = dream(worker, 6, sent, settings={**QUICK, "seed": 2})
    assert bytes(first.picture.data) != bytes(other.picture.data)


def test_a_cancel_stops_the_job_within_a_second_and_the_next_one_works(worker, picture):
    worker.send(wire.Dream(7, LONG, to_wire(picture, "U8")))
    worker.next(wire.Progress)
    sent = worker.send(wire.Cancel(7))
    at, answer = worker.next((wire.Failed, wire.Result))
    assert (answer.id, answer.code) == (7, "cancelled")
    assert at - sent < SOON
    dream(worker, 8, to_wire(picture, "U8"))


def test_a_cancel_that_comes_too_late_hurts_nobody(worker, picture):
    dream(worker, 9, to_wire(picture, "U8"))
    worker.send(wire.Cancel(9))
    dream(worker, 10, to_wire(picture, "U8"))


def test_it_says_at_once_what_a_dream_will_take_also_while_dreaming(fresh_home, picture):
    """Nothing is known before the first; afterwards what that took once all was compiled."""
    client, sent, settings = fresh_home, to_wire(picture, "U8"), {**QUICK, "steps": 10}
    size = sent.width, sent.height
    client.send(wire.Estimate(4, settings, *size))
    before = client.next(wire.Cost)[1]
    assert before.id == 4 and before.seconds == 0 and before.bytes > 1_000_000
    client.send(wire.Dream(5, settings, sent))
    took = client.next(wire.Result)[1].seconds
    client.send(wire.Dream(6, LONG, sent))
    client.next(wire.Progress)
    client.send(wire.Estimate(7, settings, *size))
    assert 0 < client.next(wire.Cost)[1].seconds < took
    client.send(wire.Estimate(8, {**QUICK, "objective": "b99"}, *size))
    assert client.next(wire.Failed)[1].id == 8
    client.send(wire.Cancel(6))
    assert client.next(wire.Failed)[1].code == "cancelled"


def test_styles_and_films_are_learned_as_dreams_are(fresh_home, picture, tmp_path):
    client, sent = fresh_home, to_wire(picture, "U8")
    style = StyleSettings(steps=14, octaves=1).to_dict()
    client.send(wire.Style(1, style, sent, pictures={"style": sent}))
    took = client.next(wire.Result)[1].seconds
    client.send(wire.Estimate(2, style, sent.width, sent.height, kind="style"))
    assert 0 < client.next(wire.Cost)[1].seconds < took
    client.send(wire.Zoom(3, QUICK, sent, zoom={"frames": 3}, target=str(tmp_path / "film")))
    took = client.next(wire.ZoomWritten)[1].seconds
    client.send(wire.Estimate(4, QUICK, sent.width, sent.height, frames=3))
    assert client.next(wire.Cost)[1].seconds == pytest.approx(took)
    client.send(wire.Estimate(5, style, sent.width, sent.height))
    assert client.next(wire.Failed)[1].code == "settings.unknown"


def test_what_was_asked_about_is_made_ready_while_there_is_nothing_to_do(worker, picture):
    """Two objectives that take as long to trace; only the second was asked about before."""
    sent, waits = to_wire(picture, "U8"), []
    for number, objective in ((50, "b13 + 0.1*b3 + class:castle + b7[2]"), (51, "b12 + 0.1*b2 + class:palace + b6[2]")):
        settings = {**QUICK, "objective": objective}
        if waits:
            worker.send(wire.Estimate(-1, settings, 240, 160))
            time.sleep(1 + 1.5 * waits[0])
        began = worker.send(wire.Dream(number, settings, sent))
        waits.append(worker.next(wire.Progress)[0] - began)
        worker.next(wire.Result)
    assert waits[1] < waits[0] / 2
    absent = {**QUICK, "network": "vgg19", "objective": "block1_conv1"}
    for number, settings in ((52, {**QUICK, "objective": "guide:b6"}), (53, absent)):
        worker.send(wire.Estimate(-2, settings, 240, 160))
        time.sleep(0.8)
        dream(worker, number, sent)


def test_it_answers_pings_and_refuses_a_second_job_while_dreaming(worker, picture):
    worker.send(wire.Dream(11, LONG, to_wire(picture, "U8")))
    worker.next(wire.Progress)
    waits = []
    for number in range(10):
        sent = worker.send(wire.Ping(number))
        waits.append(worker.next(wire.Pong)[0] - sent)
    assert max(waits) < 0.5
    worker.send(wire.Dream(12, QUICK, to_wire(picture, "U8")))
    _, refusal = worker.next(wire.Failed)
    assert (refusal.id, refusal.code) == (12, "worker.busy")
    worker.send(wire.Cancel(11))
    assert worker.next(wire.Failed)[1].id == 11


def test_a_job_cancelled_before_tensorflow_is_there_is_answered_at_once(fresh, picture):
    fresh.send(wire.Hello(VERSION))
    fresh.send(wire.Dream(1, QUICK, to_wire(picture, "U8")))
    fresh.send(wire.Cancel(1))
    _, answer = fresh.next((wire.Failed, wire.Ready))
    assert isinstance(answer, wire.Failed) and (answer.id, answer.code) == (1, "cancelled")


@pytest.mark.parametrize(
    ("objective", "names"),
    [
        ("class:castle - 0.1*b4", []),
        ("guide_cosine:b6=photo", ["photo"]),
        ("b4@hill + b8[strongest 3]@hill", ["hill"]),
    ],
)
def test_an_objective_and_its_pictures_come_through_whole(worker, engine, picture, objective, names):
    settings = DreamSettings(objective=objective, octaves=1, steps=2)
    sent = to_wire(picture, "F32")
    pictures = {name: to_wire(Pixels(picture.rgb[::-1].copy()), "F32") for name in names}
    worker.send(wire.Dream(30, settings.to_dict(), sent, pictures=pictures))
    _, result = worker.next((wire.Result, wire.Failed))
    job = Job(from_wire(sent), settings, pictures={name: from_wire(item) for name, item in pictures.items()})
    *_, here = dream_here(job, engine)
    assert Recipe.from_dict(result.recipe) == here.result.recipe
    assert sorted(result.recipe["pictures"]) == names
    assert bytes(result.picture.data) == bytes(to_wire(Pixels(here.result.rgb, here.result.alpha), "F32").data)


@pytest.mark.parametrize("kind", ["dream", "style"])
def test_a_weight_is_multiplied_with_the_mask_and_applied_once(worker, picture, kind):
    """Black: nothing, not even a bit; half: half the alpha; and the feathered border of the mask can't undo it."""
    height, width = 160, 240
    mask = np.full((height, width), 255, np.uint8)
    mask[:, 120:] = 204
    light = np.zeros((height, width, 3), np.float32)
    light[40:120, 60:180] = 255
    light[80:120, 60:180] = 128
    sent = to_wire(Pixels(picture.rgb), "U8")
    settings = QUICK if kind == "dream" else {"steps": 2, "octaves": 1}
    settings = {**settings, "feather": 0}
    styles = {"one": sent} if kind == "style" else {}
    weight = to_wire(Pixels(light), "U8")
    message = {"dream": wire.Dream, "style": wire.Style}[kind]
    worker.send(message(30, settings, sent, mask.tobytes(), pictures=styles, strength_map=weight))
    result = worker.next(wire.Result)[1]
    assert (result.x, result.y, result.picture.width, result.picture.height) == (60, 40, 120, 80)
    alpha = np.frombuffer(bytes(result.picture.data), np.uint8).reshape(80, 120, 4)[..., 3]
    assert (alpha[:40, :60] == 255).all()
    assert (alpha[40:, :60] == 128).all()
    assert (alpha[:40, 60:] == 204).all()
    assert (alpha[40:, 60:] == 102).all()


def test_a_feather_does_not_carry_the_dream_to_where_the_weight_is_nought(worker, picture):
    light = np.zeros((160, 240, 3), np.float32)
    light[40:120, 60:180] = 255
    mask = np.zeros((160, 240), np.uint8)
    mask[50:110, 80:160] = 255
    worker.send(
        wire.Dream(
            31,
            {**QUICK, "feather": 60},
            to_wire(Pixels(picture.rgb), "U8"),
            mask.tobytes(),
            strength_map=to_wire(Pixels(light), "U8"),
        )
    )
    result = worker.next(wire.Result)[1]
    assert (result.x, result.y, result.picture.width, result.picture.height) == (60, 40, 120, 80)


@pytest.mark.parametrize(
    ("settings", "mask", "code"),
    [
        ({"sed": 3}, b"", "settings.unknown"),
        ({"objective": "b10["}, b"", "objective.syntax"),
        ({"objective": "b99"}, b"", "layer.unknown"),
        ({"network": "nonet"}, b"", "network.unknown"),
        ({"objective": "guide:b6"}, b"", "objective.picture"),
        ({}, bytes(240 * 160), "mask.empty"),
        ({}, b"\xff", "wire.header"),
    ],
)
def test_a_faulty_job_is_told_and_the_worker_goes_on(worker, picture, settings, mask, code):
    worker.send(wire.Dream(20, settings, to_wire(picture, "U8"), mask))
    _, failed = worker.next((wire.Failed, wire.Result))
    assert (failed.id, failed.code) == (20, code)
    assert failed.sentence and failed.advice


SENT = wire.Picture(3, 2, "U8", bytes(24))
SMALL = wire.Picture(2, 2, "U8", bytes(16))
HUGE = 2**52
HOSTILE = {
    "a blend beyond 100": wire.Dream(21, QUICK, SENT, blend=1e15),
    "a blend below 0": wire.Dream(21, QUICK, SENT, blend=-1.0),
    "a setting beyond all measure": wire.Dream(21, {"steps": 10**400}, SENT),
    "an objective of many channels": wire.Dream(21, {"objective": "b10[0-99999999]"}, SENT),
    "a backdrop of another size": wire.Dream(21, QUICK, SENT, backdrop=SMALL),
    "a weight of another size": wire.Dream(21, QUICK, SENT, strength_map=SMALL),
    "a mask picture of another size": wire.Dream(21, {**QUICK, "objective": "b4@hill"}, SENT, pictures={"hill": SMALL}),
    "threads by the thousand": wire.Dream(21, {**QUICK, "threads": HUGE}, SENT),
    "a film of no frames": wire.Zoom(21, QUICK, SENT, zoom={"frames": 0}, target="/nowhere/x"),
    "a film of endless frames": wire.Zoom(21, QUICK, SENT, zoom={"frames": HUGE}, target="/nowhere/x"),
    "a film to a name with a zero": wire.Zoom(21, QUICK, SENT, zoom={}, target="/tmp/a\0b.webp"),
    "a film to a name that is too long": wire.Zoom(21, QUICK, SENT, zoom={}, target="/tmp/" + "x" * 400 + ".webp"),
    "a film to nowhere": wire.Zoom(21, QUICK, SENT, zoom={}, target=""),
    "a film to a place that depends on where the worker stands": wire.Zoom(21, QUICK, SENT, zoom={}, target="x"),
    "a style without styles": wire.Style(21, {}, SENT),
    "an estimate of nothing": wire.Estimate(21, QUICK, 0, 10),
    "a renewal of no dream": wire.Renew(
        21,
        QUICK,
        wire.Picture(1, 1, "U8", bytes(4)),
        old_dream=wire.Picture(1, 1, "U8", bytes(4)),
        changed=b"x",
        record={},
    ),
    "a renewal of half a picture": wire.Renew(
        21,
        QUICK,
        wire.Picture(1, 1, "U8", bytes(4)),
        old_dream=wire.Picture(1, 1, "U8", bytes(4)),
        changed=b"",
        record={},
    ),
    "an estimate of a huge picture": wire.Estimate(21, QUICK, HUGE, HUGE),
    "an estimate of no frames": wire.Estimate(21, QUICK, 10, 10, frames=0),
    "an estimate of endless frames": wire.Estimate(21, QUICK, 10, 10, frames=HUGE),
    "an estimate of another kind": wire.Estimate(21, QUICK, 10, 10, kind="film"),
    "an atlas of no layer": wire.Atlas(21, "efficientnet_lite0", "b99"),
    "an atlas of no network": wire.Atlas(21, "../../x", "b0"),
    "an answer for a question": wire.Pong(21),
}


@pytest.mark.parametrize("message", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_well_framed_and_senseless_is_told_in_a_sentence(worker, message):
    worker.send(message)
    _, failed = worker.next((wire.Failed, wire.Result, wire.ZoomWritten, wire.Cost, wire.Sheet))
    assert isinstance(failed, wire.Failed) and failed.id == 21
    assert failed.code != "worker.internal" and failed.sentence and failed.advice
    worker.send(wire.Ping(22))
    assert worker.next(wire.Pong)[1] == wire.Pong(22)


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (3, 1)])
def test_the_smallest_pictures_are_dreamed_and_packed(worker, size):
    pixels = wire.Picture(*size, "U8", bytes(range(100, 100 + 4 * size[0] * size[1])))
    worker.send(wire.Dream(42, {**QUICK, "octaves": 1, "steps": 1}, pixels, pack=True))
    result = worker.next((wire.Result, wire.Failed))[1]
    assert (result.picture.width, result.picture.height) == size
    assert worker.next(wire.Packed, timeout=10)[1].png.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "frame",
    [
        b'{"type": "dream", "id": 1, "settings": {}, "blobs": [4], "picture": {"width": 1%b, "height": 1, '
        b'"depth": "U8", "data": {"blob": 0}}}\n1234' % (b"0" * 2200),
        b'{"type": "ping", "id": 1, "blobs": [%b]}\n' % (b"9" * 4300),
        b'{"type": "dream", "id": 1, "settings": {}, "blobs": [4], "picture": {"width": 1%b, "height": "auto", '
        b'"depth": "U8", "data": {"blob": 0}}}\n1234' % (b"0" * 30),
    ],
    ids=["width", "blobs", "text"],
)
def test_a_broken_frame_is_told_before_the_end(fresh, frame):
    fresh.send(wire.Hello(VERSION))
    fresh.process.stdin.write(frame)
    fresh.process.stdin.flush()
    failed = fresh.next(wire.Failed)[1]
    assert failed is not None and failed.code in ("wire.header", "wire.size") and failed.sentence
    fresh.process.wait(5)


def test_another_version_is_refused(fresh):
    fresh.send(wire.Hello("0.0.1"))
    _, failed = fresh.next((wire.Failed, wire.Welcome))
    assert failed.code == "wire.version" and "0.0.1" in failed.sentence


def test_a_dream_before_the_greeting_is_refused(fresh, picture):
    fresh.send(wire.Dream(1, QUICK, to_wire(picture, "U8")))
    assert fresh.next((wire.Failed, wire.Ready))[1].code == "wire.header"


def test_garbage_is_told_and_ends_the_worker(fresh):
    fresh.process.stdin.write(b"print('hello')\n")
    fresh.process.stdin.flush()
    assert fresh.next(wire.Failed)[1].code == "wire.header"
    fresh.process.wait(5)


def test_what_native_code_prints_never_reaches_the_protocol():
    """Descriptor 1 itself points to stderr while the worker runs, so that not even ``write(1, …)`` gets through."""
    noisy = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); from deepdream_core.worker.main import _claim_stdout;"
        "protocol = _claim_stdout(); os.write(1, b'noise '); print('more'); sys.stdout.flush();"
        "os.system('echo child'); protocol.write(b'frame'); protocol.close()"
    )
    run = subprocess.run([sys.executable, "-I", "-c", noisy, str(ROOT)], capture_output=True, timeout=30, check=True)
    assert run.stdout == b"frame"
    assert run.stderr.split() == [b"noise", b"more", b"child"]


def start_a_long_dream(client: Client, picture: Pixels) -> None:
    client.send(wire.Hello(VERSION))
    client.send(wire.Dream(1, LONG, to_wire(picture, "U8")))
    client.next(wire.Progress)


def test_the_end_of_stdin_ends_it_in_the_middle_of_a_dream(fresh, picture):
    start_a_long_dream(fresh, picture)
    began = time.monotonic()
    assert fresh.end() == 0
    assert time.monotonic() - began < SOON


def test_a_shutdown_ends_it_in_the_middle_of_a_dream(fresh, picture):
    start_a_long_dream(fresh, picture)
    began = fresh.send(wire.Shutdown())
    assert fresh.process.wait(60) == 0
    assert time.monotonic() - began < SOON


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the end of stdin tells")
def test_it_dies_with_its_parent_even_if_somebody_keeps_its_stdin_open():
    """The parent is killed while this test still holds the writing end of the worker's stdin."""
    reading, writing = os.pipe()
    parent_code = (
        "import subprocess, sys, time\n"
        f"worker = subprocess.Popen({COMMAND!r}, stdin={reading}, stdout=subprocess.PIPE)\n"
        "print(worker.pid, flush=True)\n"
        "while b'\"ready\"' not in worker.stdout.readline(): pass\n"
        "print('up', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", parent_code], stdout=subprocess.PIPE, pass_fds=[reading], text=True
    )
    try:
        pid = int(parent.stdout.readline())
        with open(writing, "wb", closefd=False) as stream:
            wire.write(stream, wire.Hello(VERSION))
        # Not before it is ready: it would die of writing that into a pipe that nobody reads.
        assert parent.stdout.readline() == "up\n"
        parent.send_signal(signal.SIGKILL)
        parent.wait(5)
        until = time.monotonic() + 5
        while _alive(pid) and time.monotonic() < until:
            time.sleep(0.02)
        assert not _alive(pid)
    finally:
        parent.kill()
        os.close(reading)
        os.close(writing)


def _alive(pid: int) -> bool:
    """Whether the process runs; one that waits to be reaped doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
