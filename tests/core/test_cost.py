"""What a job will take is said beforehand, learned from the last ones; nothing on disk can break that."""

from __future__ import annotations

import json
import threading

import pytest

from deepdream_core.engine import cost
from deepdream_core.errors import DreamError
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import FULL, DreamSettings
from deepdream_core.settings.style_settings import StyleSettings

SETTINGS = DreamSettings(steps=4, octaves=2, working_size=FULL)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "ours"))
    return tmp_path / "ours"


def test_nothing_is_known_before_the_first_and_then_it_goes_by_pixels_and_steps():
    assert cost.seconds(SETTINGS, 512, 512) is None
    cost.learn(SETTINGS, 512, 512, 8.0)
    assert cost.seconds(SETTINGS, 512, 512) == pytest.approx(8)
    # Each step takes something beside its pixels.
    assert 14 < cost.seconds(SETTINGS, 1024, 512) < 15
    assert cost.seconds(SETTINGS.replace({"steps": 6}), 512, 512) == pytest.approx(12)
    small = SETTINGS.replace({"working_size": 512})
    assert cost.seconds(small, 4096, 4096) == pytest.approx(8)


def test_a_job_too_small_to_tell_by_teaches_nothing_but_a_film_of_many_does():
    tiny = SETTINGS.replace({"octaves": 1, "steps": 1})
    cost.learn(tiny, 1, 1, 3.0)
    assert cost.seconds(SETTINGS, 512, 512) is None
    cost.learn(SETTINGS, 512, 512, 8.0)
    cost.learn(tiny, 192, 128, 3.0)
    assert cost.seconds(SETTINGS, 512, 512) == pytest.approx(8)
    cost.learn(SETTINGS, 512, 512, 0.0)
    assert cost.seconds(SETTINGS, 512, 512) == pytest.approx(8)
    cost.learn(tiny.replace({"laplacian_levels": 0}), 192, 128, 100.0, frames=100)
    assert cost.seconds(tiny.replace({"laplacian_levels": 0}), 192, 128) == pytest.approx(1)


def test_a_dream_that_may_have_ended_early_teaches_nothing():
    cost.learn(SETTINGS.replace({"how_far": "auto"}), 512, 512, 3.0)
    assert cost.seconds(SETTINGS, 512, 512) is None


def test_networks_depths_and_precisions_are_learned_apart():
    cost.learn(SETTINGS, 512, 512, 8.0)
    for other in ({"objective": "b2"}, {"network": "inception_v3", "objective": "mixed3"}, {"precision": "bf16"}):
        assert cost.seconds(SETTINGS.replace(other), 512, 512) is None
    # Only the deepest layer counts: the network is computed that far whatever else is read of it.
    for objective, known in (("0.1*b2 + b10", True), ("b10 + 0.1*b2", True), ("b12 + b10", False), ("class:owl", 0)):
        assert (cost.seconds(SETTINGS.replace({"objective": objective}), 512, 512) is not None) == known
    assert cost.seconds(SETTINGS.replace({"seed": 5, "step_size": 3.0}), 512, 512) == pytest.approx(8)


def test_styles_are_learned_apart_and_go_by_pixels_steps_and_passes():
    settings = StyleSettings(steps=10)
    cost.learn(SETTINGS, 512, 512, 100.0)
    assert cost.seconds(settings, 800, 400) is None
    cost.learn(settings, 800, 400, 8.0)
    assert cost.seconds(settings.replace({"steps": 20, "passes": 2}), 800, 400) == pytest.approx(32)
    assert cost.seconds(settings, 1600, 1200) == pytest.approx(48)
    assert cost.seconds(settings, 3200, 2400) == pytest.approx(48)
    assert cost.seconds(settings.replace({"octaves": 1}), 800, 400) is None
    assert cost.memory(settings, 400, 200) < cost.memory(settings, 1600, 800) / 4
    # Tiles bound what grows; the rest follows the picture.
    assert cost.memory(settings.replace({"working_size": FULL}), 6400, 3200) < 16 * cost.memory(settings, 1600, 800)


def test_a_film_takes_what_its_dreams_take_one_after_the_other():
    cost.learn(SETTINGS, 512, 512, 8.0)
    still = cost.answer(wire.Estimate(1, SETTINGS.to_dict(), 512, 512))
    film = cost.answer(wire.Estimate(1, SETTINGS.to_dict(), 512, 512, frames=24))
    assert (film.seconds, film.bytes) == (24 * still.seconds, still.bytes)


def test_later_dreams_move_the_guess_and_one_slow_one_does_not_spoil_it():
    cost.learn(SETTINGS, 512, 512, 8.0)
    cost.learn(SETTINGS, 512, 512, 16.0)
    assert 8 < cost.seconds(SETTINGS, 512, 512) < 16
    for _ in range(6):
        cost.learn(SETTINGS, 512, 512, 16.0)
    assert cost.seconds(SETTINGS, 512, 512) == pytest.approx(16, rel=0.02)


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'{"x": "y"}', b"\xff\xfe\x00", b'{"a": NaN}'])
def test_a_damaged_file_is_as_none_and_is_replaced(folder, damage):
    folder.mkdir()
    (folder / "cost.json").write_bytes(damage)
    assert cost.seconds(SETTINGS, 512, 512) is None
    cost.learn(SETTINGS, 512, 512, 8.0)
    assert cost.seconds(SETTINGS, 512, 512) == pytest.approx(8)


def test_several_that_learn_at_once_never_leave_half_a_file(folder):
    """Worker and command line in one folder: whoever reads finds what one of them wrote, whole."""
    kinds = [SETTINGS.replace({"objective": f"b{number}", "laplacian_levels": number}) for number in range(1, 7)]
    cost.learn(SETTINGS, 512, 512, 8.0)
    spoilt = []

    def learn(settings) -> None:
        for _ in range(15):
            cost.learn(settings, 512, 512, 8.0)
            try:
                json.loads((folder / "cost.json").read_text())
            except ValueError as error:
                spoilt.append(error)

    threads = [threading.Thread(target=learn, args=(settings,)) for settings in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not spoilt
    assert [path.name for path in folder.iterdir()] == ["cost.json"]


def test_where_nothing_can_be_written_nothing_is_remembered(folder):
    folder.write_text("a file where the folder should be")
    cost.learn(SETTINGS, 512, 512, 8.0)
    assert cost.seconds(SETTINGS, 512, 512) is None


def test_memory_follows_the_region_and_the_working_size():
    settings = SETTINGS.replace({"precision": "bf16"})
    whole, part = cost.memory(settings, 8192, 8192), cost.memory(settings, 512, 512)
    assert part < whole / 20
    # The result is as large all the same.
    assert cost.memory(settings.replace({"working_size": 1024}), 8192, 8192) < 0.9 * whole


def test_a_part_takes_its_surroundings_too_and_what_is_cut_is_no_cheaper_than_it_looks():
    """With its surroundings a part of 1024 px no longer goes in one tile; on its own it does, and that takes more."""
    alone, part = (cost.memory(SETTINGS, 300, 300, is_part) for is_part in (False, True))
    assert 1.5 * alone < part
    assert cost.memory(SETTINGS, 1216, 1216, True) >= cost.memory(SETTINGS, 1216, 1216)
    asked = wire.Estimate(1, SETTINGS.to_dict(), 300, 300, is_part=True)
    assert cost.answer(asked).bytes == part


def test_networks_in_turn_take_memory_each():
    alone = cost.memory(SETTINGS, 512, 512)
    two, three = (
        cost.memory(SETTINGS.replace({"alternate_networks": names}), 512, 512)
        for names in ("efficientnet_lite1", "auto")
    )
    assert two - alone == pytest.approx(1e8) and three - alone == pytest.approx(2e8)


def test_what_is_not_there_is_told():
    with pytest.raises(DreamError):
        cost.seconds(SETTINGS.replace({"objective": "b99"}), 512, 512)
    with pytest.raises(DreamError, match="Choose one of: dream, style"):
        cost.answer(wire.Estimate(1, SETTINGS.to_dict(), 512, 512, kind="sculpture"))


@pytest.mark.parametrize(
    "wrong", [{"width": 0}, {"height": -1}, {"width": 10**9}, {"frames": 0}, {"frames": 10**9}, {"frames": 1.5}]
)
def test_nobody_asks_about_sizes_and_frames_that_cant_be(wrong):
    asked = {"width": 512, "height": 512, "frames": 2, **wrong}
    with pytest.raises(DreamError):
        cost.answer(wire.Estimate(1, SETTINGS.to_dict(), **asked))


def test_a_rate_that_can_be_none_was_never_learned(folder):
    folder.mkdir()
    rates = {"a": 0.5, "b": 0.0, "c": 1.0, "d": -0.5, "e": 1, "f": "0.5", "g": True, "h": None}
    (folder / "cost.json").write_text(json.dumps(rates))
    assert cost._rates() == {"a": 0.5}


def test_what_makes_a_dream_larger_takes_more_memory():
    plain = cost.memory(SETTINGS, 1024, 1024)
    for more in ({"likeness": 50}, {"optimiser": "adam"}, {"growth_alpha": True}):
        assert cost.memory(SETTINGS.replace(more), 1024, 1024) > plain, more
    assert cost.memory(SETTINGS, 1024, 1024, is_part=True) > plain
    assert [cost.in_words(took) for took in (0.2, 12.3, 89.9, 90, 150)] == [
        "about 1 s",
        "about 12 s",
        "about 90 s",
        "about 2 min",
        "about 2 min",
    ]
