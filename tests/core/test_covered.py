"""What the tests run of a package never becomes less unnoticed."""

from __future__ import annotations

import json

from tests import covered


def test_less_than_the_floor_is_red_and_much_more_asks_for_a_higher_one(capsys):
    assert covered.verdict({"lines": 78.2, "branches": 60.0}, {"lines": 78, "branches": 58}) == 0
    assert capsys.readouterr().out == ""
    assert covered.verdict({"lines": 77.9, "branches": 60.0}, {"lines": 78, "branches": 58}) == 1
    assert "77.9 % of lines, 78 are asked for" in capsys.readouterr().out
    assert covered.verdict({"lines": 90.0, "branches": 60.0}, {"lines": 78}) == 0
    said = capsys.readouterr().out
    assert "floor of lines in floor.json to 88: it is 78" in said and "floor of branches" in said


def test_both_packages_have_their_floors():
    assert json.loads(covered.FLOOR.read_text(encoding="utf-8")).keys() == {"deepdream_core", "krita_deepdream"}
