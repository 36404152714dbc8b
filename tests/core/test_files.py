"""Picture files of every kind: what a dream doesn't touch stays to the bit, and nothing is half written."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import OpenEXR
import pytest
import tifffile
from PIL import Image, ImageCms, ImageOps

from deepdream_core.errors import DreamError
from deepdream_core.files import pictures, profiles
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.recipe import Recipe

ROOT = Path(__file__).resolve().parents[2]
HEIGHT, WIDTH = 24, 37
ADOBE = bytes(imagecodecs.cms_profile("adobergb"))
RECIPE = Recipe(
    settings=DreamSettings(objective='class:"tabby cat"', seed=5),
    version="0",
    weights_sha256="00",
    tensorflow="2",
    processor="Größe",
    threads=2,
    precision="fp32",
    tile=512,
    width=37,
    height=24,
    pictures={"guide": "11"},
)


def samples(channels: int, dtype=np.uint8, seed: int = 0) -> np.ndarray:
    """Random samples; floats a little beyond 0..1, alpha within."""
    random = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        values = random.uniform(-0.1, 1.3, (HEIGHT, WIDTH, channels)).astype(dtype)
        if channels in (2, 4):
            values[..., -1] = random.uniform(0.1, 1, (HEIGHT, WIDTH)).astype(dtype)
        return values
    return random.integers(0, np.iinfo(dtype).max + 1, (HEIGHT, WIDTH, channels), dtype)


def half_mask() -> np.ndarray:
    """0 on the left, rising in the middle, 1 on the right."""
    return np.tile(np.clip((np.arange(WIDTH, dtype=np.float32) - 12) / 10, 0, 1), (HEIGHT, 1))


def write_with_pillow(path: Path, content: np.ndarray, **options) -> None:
    Image.fromarray(content[..., 0] if content.shape[2] == 1 else content).save(path, **options)


def write_webp(path: Path, content: np.ndarray) -> None:
    write_with_pillow(path, content, lossless=True, exact=True)


def write_tiff(path: Path, content: np.ndarray, **options) -> None:
    grey = content.shape[2] <= 2
    extra = ["unassalpha"] if content.shape[2] in (2, 4) else None
    tifffile.imwrite(
        path,
        content[..., 0] if content.shape[2] == 1 else content,
        extrasamples=extra,
        photometric="minisblack" if grey else "rgb",
        planarconfig=None if content.shape[2] == 1 else "contig",
        **options,
    )


def write_exr(path: Path, content: np.ndarray) -> None:
    names = {1: "Y", 3: "RGB", 4: "RGBA"}[content.shape[2]]
    channels = {name: np.ascontiguousarray(content[..., index]) for index, name in enumerate(names)}
    OpenEXR.File({"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}, channels).write(str(path))


def write_png16(path: Path, content: np.ndarray) -> None:
    path.write_bytes(imagecodecs.png_encode(content[..., 0] if content.shape[2] == 1 else content))


def read_raw(path: Path) -> np.ndarray:
    """The samples by another reader than ours where there is one, as (height, width, channels)."""
    if path.suffix == ".exr":
        channels = OpenEXR.File(str(path), separate_channels=True).channels()
        return np.stack([channels[name].pixels for name in "YRGBA" if name in channels], axis=-1)
    if path.suffix == ".tif":
        raw = tifffile.imread(path)
    elif path.suffix == ".png":
        raw = imagecodecs.png_decode(path.read_bytes())
    else:
        raw = np.asarray(Image.open(path))
    return raw.reshape(*raw.shape[:2], -1)


KINDS = {
    f"{suffix} {channels}x{np.dtype(dtype).name}": (suffix, channels, dtype, writer)
    for suffix, writer, dtypes, counts in (
        (".png", write_with_pillow, (np.uint8,), (1, 2, 3, 4)),
        (".png", write_png16, (np.uint16,), (1, 2, 3, 4)),
        (".webp", write_webp, (np.uint8,), (3, 4)),
        (".bmp", write_with_pillow, (np.uint8,), (1, 3)),
        (".tif", write_with_pillow, (np.uint8,), (1, 3, 4)),
        (".tif", write_tiff, (np.uint16, np.float16, np.float32), (1, 2, 3, 4)),
        (".exr", write_exr, (np.float16, np.float32), (1, 3, 4)),
    )
    for dtype in dtypes
    for channels in counts
}


@pytest.mark.parametrize(("suffix", "channels", "dtype", "writer"), KINDS.values(), ids=KINDS.keys())
def test_what_is_not_dreamed_keeps_its_samples_to_the_bit(tmp_path, suffix, channels, dtype, writer):
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    writer(source, samples(channels, dtype))
    original = read_raw(source)
    picture = pictures.load(source)
    inverse = 255 - picture.pixels.rgb
    pictures.save(target, picture.with_dream_pixels(0, 0, inverse, half_mask()).with_recipe(RECIPE))
    result = read_raw(target)
    assert (result.dtype, result.shape) == (original.dtype, original.shape)
    untouched = half_mask() == 0
    assert np.array_equal(result[untouched], original[untouched])
    if channels in (2, 4):
        assert np.array_equal(result[..., -1], original[..., -1])
    there = half_mask() == 1
    seen = pictures.load(target).pixels.rgb[there]
    inside = np.abs(inverse[there] - 127.5) < 120
    if np.dtype(dtype).kind != "f":  # floats beyond white or black keep what they were beyond
        assert np.abs(seen - inverse[there])[inside].max() <= 1
    else:
        assert np.abs(result - original)[there].mean() > 0.1
    if suffix != ".bmp":  # which has no room for it
        assert pictures.load(target).recipe == RECIPE


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp", ".bmp"])
def test_a_turned_picture_is_dreamed_as_people_see_it(tmp_path, orientation, suffix):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera & Sons"
    source, target = tmp_path / "in.png", tmp_path / f"out{suffix}"
    write_with_pillow(source, samples(3), exif=exif)
    seen = np.asarray(ImageOps.exif_transpose(Image.open(source)))
    picture = pictures.load(source)
    assert np.array_equal(picture.pixels.rgb, seen)
    weight = np.zeros(seen.shape[:2], np.float32)
    weight[2:5, 3:9] = 1
    pictures.save(target, picture.with_dream_pixels(2, 3, 255 - picture.pixels.rgb[2:5, 3:9], weight[2:5, 3:9]))
    expected = np.where(weight[..., np.newaxis] > 0, 255 - seen, seen)
    with Image.open(target) as image:
        tags = dict(image.getexif())  # before Pillow reads the pixels of a TIFF, which it turns by itself
        assert np.array_equal(np.asarray(ImageOps.exif_transpose(image)), expected)
    if suffix != ".bmp":
        assert (tags[0x0112], tags[0x010F]) == (orientation, "Camera & Sons")
    assert np.array_equal(pictures.load(target).pixels.rgb, expected)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_profile_and_resolution_survive(tmp_path, suffix):
    source, target = tmp_path / "in.png", tmp_path / f"out{suffix}"
    write_with_pillow(source, samples(3), icc_profile=ADOBE, dpi=(300, 300))
    pictures.save(target, pictures.load(source))
    with Image.open(target) as image:
        assert image.info["icc_profile"] == ADOBE
        if suffix != ".webp":
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_tiff_keeps_who_made_it_and_nothing_is_said_about_that(tmp_path, caplog, dtype):
    tifffile.imwrite(tmp_path / "in.tif", samples(3, dtype), photometric="rgb", software="Krita", metadata=None)
    pictures.save(tmp_path / "out.tif", pictures.load(tmp_path / "in.tif").with_recipe(RECIPE))
    with tifffile.TiffFile(tmp_path / "out.tif") as file:
        assert file.pages.first.software == "Krita"
    assert pictures.load(tmp_path / "out.tif").recipe == RECIPE
    assert not caplog.records


def test_a_profile_is_converted_as_another_converter_does_it(tmp_path):
    source = tmp_path / "in.png"
    content = samples(3)
    write_with_pillow(source, content, icc_profile=ADOBE)
    expected = ImageCms.profileToProfile(
        Image.fromarray(content),
        ImageCms.ImageCmsProfile(io.BytesIO(ADOBE)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.PERCEPTUAL,
    )
    found = pictures.load(source).pixels.rgb
    assert np.abs(found - np.asarray(expected)).max() <= 2
    assert np.abs(found - content).mean() > 3


@pytest.mark.parametrize("profile", [b"no profile at all", bytes(imagecodecs.cms_profile("gray", gamma=2.2))])
def test_a_profile_that_cannot_be_used_is_told(tmp_path, profile):
    write_with_pillow(tmp_path / "in.png", samples(3), icc_profile=profile)
    assert code_of(lambda: pictures.load(tmp_path / "in.png").pixels) == "picture.profile"


def test_linear_light_is_shown_with_the_curve_of_srgb(tmp_path):
    linear = np.linspace(0, 1, WIDTH, dtype=np.float32)
    write_exr(tmp_path / "in.exr", np.tile(linear[np.newaxis, :, np.newaxis], (HEIGHT, 1, 3)))
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255
    assert np.abs(pictures.load(tmp_path / "in.exr").pixels.rgb[3, :, 1] - encoded).max() < 0.02


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (".png", ".exr"),
        (".exr", ".png"),
        (".exr", ".jpg"),
        (".exr", ".tif"),
        (".tif", ".png"),
        (".png", ".jpg"),
    ],
)
def test_a_picture_looks_the_same_in_another_format(tmp_path, first, second):
    smooth = np.stack(np.meshgrid(np.linspace(0.1, 0.9, WIDTH), np.linspace(0.2, 0.8, HEIGHT)), axis=-1)
    content = np.dstack([smooth, smooth[..., :1] * 0.5]).astype(np.float32)
    source, target = tmp_path / f"in{first}", tmp_path / f"out{second}"
    if first == ".exr":
        write_exr(source, content)
    elif first == ".tif":
        write_tiff(source, content)
    else:
        write_png16(source, np.rint(content * 65535).astype(np.uint16))
    picture = pictures.load(source)
    pictures.save(target, picture)
    assert np.abs(pictures.load(target).pixels.rgb - picture.pixels.rgb).max() < (4 if second == ".jpg" else 0.6)
    if second in (".png", ".jpg"):  # looks right also to a viewer that knows no profiles
        assert "icc_profile" not in Image.open(target).info


def test_profiles_of_ours_are_the_same_bytes_at_any_time():
    first = profiles.linear_profile(3), profiles.linear_profile(1), profiles.srgb_profile()
    time.sleep(1.1)  # a profile's date has whole seconds
    assert first == (profiles.linear_profile(3), profiles.linear_profile(1), profiles.srgb_profile())


def test_premultiplied_alpha_is_undone_for_the_network_and_done_again(tmp_path):
    colours = np.full((HEIGHT, WIDTH, 4), 0.25, np.float32)
    colours[..., 3] = 0.5
    write_exr(tmp_path / "in.exr", colours)
    picture = pictures.load(tmp_path / "in.exr")
    assert picture.pixels.alpha[0, 0] == 0.5
    assert picture.pixels.rgb[0, 0, 0] == pytest.approx(187.5, abs=0.2)  # linear 0.5
    white = np.full((HEIGHT, WIDTH, 3), 255, np.float32)
    pictures.save(tmp_path / "out.exr", picture.with_dream_pixels(0, 0, white, np.ones((HEIGHT, WIDTH), np.float32)))
    assert np.abs(read_raw(tmp_path / "out.exr") - 0.5).max() < 1e-3


def test_grey_stays_grey_and_palettes_become_colours(tmp_path):
    write_with_pillow(tmp_path / "grey.png", samples(1))
    grey = pictures.load(tmp_path / "grey.png")
    assert np.ptp(grey.pixels.rgb, axis=2).max() == 0
    Image.fromarray(samples(3)).quantize(16).save(tmp_path / "palette.gif", transparency=3)
    palette = pictures.load(tmp_path / "palette.gif")
    assert palette.pixels.alpha is not None and 0 < palette.pixels.alpha.mean() < 1
    pictures.save(tmp_path / "palette.png", palette)
    assert Image.open(tmp_path / "palette.png").mode == "RGBA"


def code_of(action, *arguments) -> str:
    with pytest.raises(DreamError) as raised:
        action(*arguments)
    return raised.value.code


def test_cmyk_is_refused_with_advice(tmp_path):
    Image.new("CMYK", (5, 5)).save(tmp_path / "in.jpg")
    with pytest.raises(DreamError, match="RGB") as refused:
        pictures.load(tmp_path / "in.jpg")
    assert refused.value.code == "picture.mode"


def test_a_missing_file_and_one_that_is_no_picture_are_told_apart(tmp_path):
    (tmp_path / "text.png").write_text("Hello")
    assert code_of(pictures.load, tmp_path / "none.png") == "picture.missing"
    assert code_of(pictures.load, tmp_path / "text.png") == "picture.corrupt"
    assert code_of(pictures.load, tmp_path) == "picture.corrupt"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells what it skips
@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tif", "deep.tif", "deep.png", "exr"])
def test_a_damaged_file_is_read_or_refused_but_breaks_nothing(tmp_path, kind):
    path = tmp_path / f"in.{kind}"
    {"deep.tif": write_tiff, "deep.png": write_png16, "exr": write_exr}.get(kind, write_with_pillow)(
        path, samples(3, {"deep.tif": np.float32, "deep.png": np.uint16, "exr": np.float16}.get(kind, np.uint8))
    )
    whole = path.read_bytes()
    random = np.random.default_rng(1)
    for attempt in range(40):
        damaged = bytearray(whole if attempt % 2 else whole[: random.integers(len(whole))])
        for place in random.integers(0, max(1, len(damaged)), 4):
            if damaged:
                damaged[min(place, 400, len(damaged) - 1) if attempt % 3 else place] = random.integers(256)
        path.write_bytes(damaged)
        try:
            pictures.load(path).pixels  # noqa: B018
        except DreamError as error:
            assert error.code.startswith("picture.")


def test_transparency_goes_only_where_it_can(tmp_path):
    write_with_pillow(tmp_path / "in.png", samples(4))
    picture = pictures.load(tmp_path / "in.png")
    assert code_of(pictures.check_target, tmp_path / "out.jpg", picture) == "picture.alpha"
    opaque = samples(4)
    opaque[..., 3] = 255
    write_with_pillow(tmp_path / "opaque.png", opaque)
    pictures.save(tmp_path / "out.jpg", pictures.load(tmp_path / "opaque.png"))
    assert Image.open(tmp_path / "out.jpg").mode == "RGB"


def test_a_target_that_cannot_be_is_told_before_the_dream(tmp_path):
    write_with_pillow(tmp_path / "in.png", samples(3))
    picture = pictures.load(tmp_path / "in.png")
    assert code_of(pictures.check_target, tmp_path / "out.psd", picture) == "picture.format"
    assert code_of(pictures.check_target, tmp_path / "none" / "out.png", picture) == "picture.write"
    (tmp_path / "folder.png").mkdir()
    assert code_of(pictures.check_target, tmp_path / "folder.png", picture) == "picture.write"


def test_the_old_file_is_never_written_into_but_replaced_in_one_step(tmp_path):
    """Whoever has the old one open, or an old backup's hard link, keeps it whole."""
    write_with_pillow(tmp_path / "out.png", samples(3))
    os.link(tmp_path / "out.png", tmp_path / "kept.png")
    old = (tmp_path / "kept.png").read_bytes()
    pictures.save(tmp_path / "out.png", pictures.load(tmp_path / "out.png").with_recipe(RECIPE))
    assert (tmp_path / "kept.png").read_bytes() == old != (tmp_path / "out.png").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
@pytest.mark.parametrize("name", ["out.png", "out.jpg", "out.tif", "out.exr"])
def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path, name):
    """The limit on file sizes makes the write fail in the middle, as a full disk does."""
    write_png16(tmp_path / "in.png", np.random.default_rng(0).integers(0, 65536, (200, 200, 3), np.uint16))
    (tmp_path / name).write_bytes(b"old")
    code = (
        "import resource, signal, sys; sys.path.insert(0, sys.argv[1])\n"
        "from deepdream_core.errors import DreamError; from deepdream_core.files import pictures\n"
        "picture = pictures.load(sys.argv[2]); resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try: pictures.save(sys.argv[3], picture)\n"
        "except DreamError as error: print(error.code, error.values['reason'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(tmp_path / "in.png"), str(tmp_path / name)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert run.stdout.startswith("picture.write ")
    assert name.endswith("exr") or run.stdout == "picture.write File too large\n"
    assert (tmp_path / name).read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == sorted(["in.png", name])


def test_masks_are_how_light_they_are(tmp_path):
    content = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    content[:, :10, :3] = 0
    content[:, 10:20, :3] = 51
    content[:, 20:30, 3] = 102
    write_with_pillow(tmp_path / "mask.png", content)
    mask = pictures.load_mask(tmp_path / "mask.png")
    assert mask.dtype == np.float32
    assert (mask[:, :10] == 0).all() and (mask[:, 30:] == 1).all()
    assert mask[0, 15] == pytest.approx(0.2) and mask[0, 25] == pytest.approx(0.4)


def test_a_recipe_from_before_there_were_styles_is_a_dreams():
    values = RECIPE.to_dict()
    assert values.pop("kind") == "dream" and Recipe.from_dict(values) == RECIPE


def test_a_picture_without_recipe_says_so(tmp_path):
    write_with_pillow(tmp_path / "in.png", samples(3))
    picture = pictures.load(tmp_path / "in.png")
    for text in ("", "[]", "5", '{"settings": null}', "[" * 100_000):
        senseless = replace(picture, stored=replace(picture.stored, recipe=text))
        assert code_of(lambda senseless=senseless: senseless.recipe) == "picture.recipe"
    later = replace(picture, stored=replace(picture.stored, recipe='{"settings": {}, "kind": "sculpture"}'))
    assert code_of(lambda: later.recipe) == "settings.choice"
