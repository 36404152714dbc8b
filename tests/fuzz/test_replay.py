"""Spoilt input from outside, the same at every run: nothing but a sentence comes out, soon, and without much memory.

Each target reads what a stranger, a broken disk or another version may have written: the wire in both directions,
objectives, settings, recipes, annotations, presets, pictures of every kind, weights.
"""

from __future__ import annotations

import io
import json
import logging
import pickle
import time
import warnings
import zipfile
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image, ImageCms

from deepdream_core.engine import cost
from deepdream_core.errors import DreamError
from deepdream_core.files import pictures
from deepdream_core.objective.syntax import parse, write
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.recipe import Recipe
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.weights import hdf5_walk, keras_h5, torch_checkpoint
from deepdream_core.worker import requests
from tests.fakes.engine import FakeEngine
from tests.fuzz.apart import Apart
from tests.fuzz.conftest import TRIED
from tests.fuzz.mutations import mutated, mutated_text, mutated_value

resource = pytest.importorskip("resource")
# Of the processor's time, for one input.
MOST_SECONDS = 1.0
MOST_GROWTH = 400 << 20
LONG = 40


@pytest.fixture
def replay(request):
    """Tries so many inputs, made by ``made`` of a seed, on ``target``; ``allowed``: what may be raised."""

    def tried(count, made, target, allowed=(DreamError,)):
        count *= LONG if request.config.getoption("--long") else 1
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for seed in range(count):
            given = made(seed)
            started = time.process_time()
            try:
                target(given)
            except allowed as error:
                assert len(str(error)) < 3000, f"seed {seed}: a sentence to drown in"
            except Exception as error:
                raise AssertionError(f"seed {seed}: {error!r} of {given!r:.300}") from error
            took = time.process_time() - started
            assert took < MOST_SECONDS, f"seed {seed}: {took:.1f} s for {given!r:.300}"
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        assert grown < MOST_GROWTH, f"{grown >> 20} MB more"
        TRIED[request.node.name] = count

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        # What libraries complain of by the thousand takes longer to be kept for the report than to be read.
        logging.disable()
        try:
            yield tried
        finally:
            logging.disable(logging.NOTSET)


def noise(*shape, dtype="u1"):
    random = np.random.default_rng(0)
    if np.dtype(dtype).kind == "f":
        return random.uniform(0, 1, shape).astype(dtype)
    return random.integers(0, np.iinfo(dtype).max + 1, shape, dtype)


def messages():
    picture = wire.Picture(3, 2, "U8", bytes(range(24)))
    recipe = recipes()[0]
    values = DreamSettings().to_dict()
    return [
        wire.Hello("1"),
        wire.Describe(1),
        wire.Ping(2),
        wire.Cancel(3),
        wire.Shutdown(),
        wire.Estimate(4, values, 100, 100),
        wire.Dream(5, values, picture, bytes(6), picture, {"guide": picture}, picture, blend=50.0, pack=True),
        wire.Renew(6, values, picture, old_dream=picture, changed=bytes(6), record={"core": [0, 0, 3, 2]}),
        wire.Style(7, StyleSettings().to_dict(), picture, pictures={"a": picture}),
        wire.Zoom(8, values, picture, zoom={"frames": 2}, target="/x/y.gif"),
        wire.Atlas(9, "vgg16", "block1_conv1"),
        wire.Welcome("1", 1, 2),
        wire.Ready("2", 0.5),
        wire.Description(1, [{}], [{}], [{}]),
        wire.Progress(
            id=1, done=1.0, total=2.0, octave=1, octaves=2, step=1, steps=2, seconds_left=3.0, preview=picture
        ),
        wire.Result(
            id=1, x=0, y=0, picture=picture, recipe=json.loads(recipe), seconds=1.0, blended=picture, touched=bytes(6)
        ),
        wire.Packed(1, b"png"),
        wire.FileBytes(1, "", b"some of it", True),
        wire.ZoomWritten(1, "/x", 2, 1.0),
        wire.Sheet(1, "a", "b"),
        wire.Failed(1, "cancelled", "It ended.", ""),
        wire.Cost(1, 1.0, 2),
        wire.Pong(1),
    ]


def framed(message):
    return b"".join(map(bytes, wire.frames(message)))


def recipes():
    pictures_of = {"guide": "ab" * 32}
    return [
        Recipe(chosen, "1", "ab", "2", "cpu", 2, "fp32", 512, 640, 480, pictures_of).to_json()
        for chosen in (DreamSettings(), DreamSettings(objective="b3[1,2]*0.5+class:castle@hill"), StyleSettings())
    ]


def test_the_wire(replay):
    """As the worker reads it."""
    samples = [framed(message) for message in messages()]
    assert all(wire.read(io.BytesIO(sample)) for sample in samples)

    def read(data):
        stream = io.BytesIO(data)
        while wire.read(stream) is not None:
            pass

    replay(4500, lambda seed: mutated(samples, seed), read)


def test_the_wire_in_pieces(replay):
    """As the plugin reads it."""
    samples = [framed(message) for message in messages()]

    def read(data):
        decoder = wire.Decoder()
        for start in range(0, len(data), 1000):
            list(decoder.feed(data[start : start + 1000]))

    replay(1, lambda _seed: framed(wire.Pong(1)) * 20_000, lambda data: list(wire.Decoder().feed(data)))
    replay(4000, lambda seed: mutated(samples, 10**6 + seed), read)


def test_requests_with_values_that_make_no_sense(replay):
    """Well framed, so that the reader lets them through, as far as it does."""
    engine = FakeEngine()
    picture = {"width": 3, "height": 2, "depth": "U8", "data": {"blob": 0}}
    quick = DreamSettings(steps=1, octaves=1, working_size=64).to_dict()
    # So many steps as are asked for are so many seconds.
    few = {name: quick[name] for name in ("steps", "octaves", "working_size")}
    plain = {"id": 1, "settings": quick, "picture": picture, "mask": {"blob": 1}, "blend": 50.0}

    def made(seed):
        body = {**plain, "settings": mutated_value(quick, seed), "blend": mutated_value(50.0, seed)}
        header = {"type": "dream", "blobs": [24, 6], **body}
        return json.dumps(header).encode() + b"\n" + bytes(range(24)) + b"\xff" * 6

    def work(data):
        request = wire.read(io.BytesIO(data))
        if not isinstance(request, wire.Dream):
            return
        request = replace(request, settings={**request.settings, **few})
        for progress in requests.start(request, engine):
            found = progress.result
        framed(requests.result(request, found, 1.0))

    replay(600, made, work)


def test_estimates(replay):
    settings = DreamSettings().to_dict()

    def ask(values):
        header = {"type": "estimate", "blobs": [], "id": 1, "settings": values["settings"], **values}
        cost.answer(wire.read(io.BytesIO(json.dumps(header).encode() + b"\n")))

    def made(seed):
        return mutated_value({"settings": settings, "width": 10, "height": 10, "kind": "dream", "frames": 1}, seed)

    def asked(values):
        if isinstance(values, dict) and "settings" in values:
            ask(values)

    replay(1000, made, asked)


def test_objectives(replay):
    samples = [
        "b10",
        "b3[1,2-5*0.5]*2",
        'class:castle - 0.5*class:"three-toed sloth"',
        "guide:b6=photo@hill",
        "b4[strongest 5](0.5,0.1):square",
        "guide_cosine:b6",
        "b1 + b2*-3@a#ff00ff",
    ]

    def read(text):
        terms = parse(text)
        assert parse(write(terms)) == terms

    replay(4000, lambda seed: mutated_text(samples, seed), read)


@pytest.mark.parametrize("kind", [DreamSettings, StyleSettings])
def test_settings(replay, kind):
    values = kind().to_dict()

    def read(found):
        if isinstance(found, dict):
            assert kind.from_dict(kind.from_dict(found).to_dict()) == kind.from_dict(found)

    replay(800, lambda seed: mutated_value(values, seed), read)


def test_recipes_in_pictures(replay, tmp_path):
    samples = [text.encode() for text in recipes()]
    empty = pictures.Stored if hasattr(pictures, "Stored") else None
    assert empty

    def read(data):
        stored = empty(np.zeros((1, 1, 3), np.uint8), recipe=data.decode("utf-8", "replace"))
        recipe = pictures.PictureFile(Path("x.png"), stored).recipe
        assert Recipe.from_json(recipe.to_json()) == recipe

    replay(1500, lambda seed: mutated(samples, seed), read)


def picture_samples():
    rgba, grey = noise(9, 7, 4), noise(9, 7)
    found = {}
    for name, format_name, image in [
        ("png", "PNG", Image.fromarray(rgba)),
        ("grey.png", "PNG", Image.fromarray(grey)),
        ("jpg", "JPEG", Image.fromarray(rgba[..., :3])),
        ("webp", "WEBP", Image.fromarray(rgba)),
        ("gif", "GIF", Image.fromarray(grey)),
        ("bmp", "BMP", Image.fromarray(rgba[..., :3])),
        ("tif", "TIFF", Image.fromarray(rgba)),
        ("ppm", "PPM", Image.fromarray(rgba[..., :3])),
    ]:
        file = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112], exif[0x013B] = 6, "José"
        image.save(
            file,
            format_name,
            **({"exif": exif, "dpi": (72, 72)} if format_name in ("PNG", "JPEG", "WEBP", "TIFF") else {}),
        )
        found[name] = file.getvalue()
    return found


SAMPLES = picture_samples()


def written(tmp_path, name, dtype):
    samples = noise(9, 7, 3, dtype=dtype)
    file = tmp_path / name
    pictures.save(file, pictures.PictureFile(file, pictures.Stored(samples, recipe=recipes()[0])))
    return file.read_bytes()


def merged(format_name):
    """A .kra's or .ora's archive with nothing but its merged picture."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/x-{format_name}")
        archive.writestr("maindoc.xml", '<DOC><IMAGE name="a" x-res="72" y-res="72"/></DOC>')
        archive.writestr("a/annotations/icc", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
        archive.writestr("mergedimage.png", SAMPLES["png"])
    return file.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "png",
        "grey.png",
        "jpg",
        "webp",
        "gif",
        "bmp",
        "tif",
        "ppm",
        "own.png",
        "own.tif",
        "own.exr",
        "own.jpg",
        "kra",
        "ora",
    ],
)
def test_pictures(replay, tmp_path, name):
    if name.startswith("own."):
        samples = [written(tmp_path, name, {"own.png": "u2", "own.tif": "f4", "own.exr": "f4"}.get(name, "u1"))]
    else:
        samples = [merged(name)] if name in ("kra", "ora") else [SAMPLES[name]]
    file = tmp_path / f"spoilt.{name.split('.')[-1]}"

    def read(data):
        file.write_bytes(data)
        found = pictures.load(file)
        assert np.isfinite(found.pixels.rgb).all()
        found.recipe  # noqa: B018

    read_whole = SAMPLES["png"]
    file.write_bytes(samples[0])
    assert pictures.load(file).pixels.height and read_whole
    replay(500, lambda seed: mutated(samples, seed), read)


def checkpoint():
    file = io.BytesIO()
    for each in (0x1950A86A20F9469CFC6C, 1001, {}, OrderedDict(), []):
        pickle.dump(each, file, 2)
    return file.getvalue()


def keras_file(tmp_path):
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file.attrs["layer_names"] = [b"conv"]
        group = file.create_group("conv")
        group.attrs["weight_names"] = [b"kernel"]
        group["kernel"] = np.zeros((3, 3, 3, 4), np.float32)
    return (tmp_path / "weights.h5").read_bytes()


def test_weights(replay, tmp_path):
    file = tmp_path / "spoilt"

    def read(data):
        file.write_bytes(data)
        torch_checkpoint.read_checkpoint(file)

    replay(500, lambda seed: mutated([checkpoint()], seed), read)


# In its file nearly every byte counts; HDF5 reads it without end.
ENDLESS = 371


@pytest.mark.parametrize("name", ["keras", "blocks"])
def test_weights_of_keras(replay, tmp_path, name):
    """What another process could walk through in a second can be read in this one."""
    samples = [keras_file(tmp_path)]
    readers = {"keras": keras_h5.read_keras, "blocks": keras_h5.read_blocks}
    file = tmp_path / "spoilt"

    def read(data):
        file.write_bytes(data)
        if apart.reads(file):
            readers[name](file)

    with Apart() as apart:
        replay(500, lambda seed: mutated(samples, seed), read)
        assert apart.ended >= 1, "no file of these is read without end any more: look for another"


def test_weights_without_end_are_refused(tmp_path, monkeypatch):
    """As ``networks add --trust`` meets them."""
    file = tmp_path / "spoilt.h5"
    file.write_bytes(mutated([keras_file(tmp_path)], ENDLESS))
    walk = Path(hdf5_walk.__file__).read_text(encoding="utf-8")
    (tmp_path / "walk.py").write_text(walk.replace("MOST_SECONDS, MOST_BYTES = 30", "MOST_SECONDS, MOST_BYTES = 1"))
    monkeypatch.setattr(hdf5_walk, "__file__", str(tmp_path / "walk.py"))
    with pytest.raises(DreamError, match="within reasonable time"):
        keras_h5.look_through(file)


def test_weights_that_take_too_much_memory_are_refused(tmp_path, monkeypatch):
    """As systems do that know no such limit for a process."""
    (tmp_path / "walk.py").write_text("import time\nheld = b'x' * (300 << 20)\ntime.sleep(60)\n")
    monkeypatch.setattr(hdf5_walk, "__file__", str(tmp_path / "walk.py"))
    monkeypatch.setattr(hdf5_walk, "MOST_BYTES", 200 << 20)
    began = time.monotonic()
    with pytest.raises(DreamError, match="within reasonable time and memory"):
        keras_h5.look_through(tmp_path / "weights.h5")
    assert time.monotonic() - began < 20


class Annotated:
    """A document with one annotation, as a stranger may have saved it."""

    def __init__(self, kind, data):
        self._kind, self._data = kind, data

    def annotationTypes(self):  # noqa: N802
        return [self._kind]

    def annotation(self, _kind):
        from krita_deepdream.qt import QtCore

        return QtCore.QByteArray(self._data)

    def fileName(self):  # noqa: N802
        return "/home/painter/sketch.kra"

    def name(self):
        return "sketch"


def test_annotations_of_recipes(replay):
    recipes_of = pytest.importorskip("krita_deepdream.documents.recipes", exc_type=ImportError)
    line = json.dumps(
        {
            "recipe": json.loads(recipes()[0]),
            "looks": "ab",
            "time": 1.5,
            "name": "Animals",
            "source": "layer",
            "labels": [1],
            "node": "n",
            "box": [0, 0, 2, 2],
            "by": "",
        }
    ).encode()
    import zlib

    samples = [line + b"\n" + zlib.compress(b"\xff" * 4)]

    def read(data):
        document = Annotated(recipes_of.PREFIX + "key", data)
        for record in recipes_of._all(document).values():
            try:
                recipes_of._selection(record.values, record.packed)
            except recipes_of.WRONG:
                continue

    replay(1500, lambda seed: mutated(samples, seed), read)


def test_annotations_of_the_history(replay):
    archive = pytest.importorskip("krita_deepdream.documents.archive", exc_type=ImportError)
    values = {
        "name": "Animals",
        "time": 1.5,
        "recipe": json.loads(recipes()[0]),
        "goes": "new layer",
        "x": 0,
        "y": 0,
        "layer": "a",
        "small": "",
        "place": {"canvas": [9, 9], "node_id": "n", "layer_name": "l", "x": 0, "y": 0, "space": None, "resolution": 72},
    }
    values["goes"] = next(iter(archive.Destination)).value
    samples = [json.dumps(values).encode() + b"\n" + SAMPLES["png"]]
    assert archive.read(Annotated(archive.PREFIX + "key", samples[0]))[0]
    replay(
        1500, lambda seed: mutated(samples, seed), lambda data: archive.read(Annotated(archive.PREFIX + "key", data))
    )


def test_presets(replay, tmp_path):
    store = pytest.importorskip("krita_deepdream.choices.store", exc_type=ImportError)
    text = store.preset_text("Hot!", "As hot as it gets", DreamSettings()).encode()
    file = tmp_path / "preset.json"

    def read(data):
        file.write_bytes(data)
        store.read_preset(file)

    replay(700, lambda seed: mutated([text], seed), read)


def test_what_the_docker_remembered(replay, tmp_path):
    """Spoilt files never keep the docker from coming up."""
    store = pytest.importorskip("krita_deepdream.choices.store", exc_type=ImportError)
    own = store.Store(tmp_path)
    own.save_choice("Hot!", DreamSettings(), 50.0)
    own.save_style(StyleSettings(), {"a": 1.0}, {"b": "c"}, {"a": "sky"})
    own.save_habits({"unfolded": True})
    samples = [(tmp_path / name).read_bytes() for name in (store.CHOICE_FILE, store.STYLE_FILE, store.HABITS_FILE)]

    def read(data):
        for name in (store.CHOICE_FILE, store.STYLE_FILE, store.HABITS_FILE, store.NAMED_PICTURES_FILE):
            (tmp_path / name).write_bytes(data)
        found = store.Store(tmp_path)
        found.load_choice(), found.load_style(), found.load_habits(), found.load_named_pictures()

    replay(500, lambda seed: mutated(samples, seed), read, allowed=())


def test_enough_was_tried():
    """Of all that ran: alone it has nothing to count."""
    if len(TRIED) > 20:
        assert min(TRIED.values()) >= 500 and sum(TRIED.values()) >= 20_000, TRIED
