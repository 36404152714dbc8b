"""Every guard that once had no test is still found, by what it does; a mutant is a program that differs."""

from __future__ import annotations

import ast

import pytest

from .kinds import KINDS, mutants
from .named import NAMED, found
from .source import sources


@pytest.fixture(scope="module")
def files():
    return sources()


@pytest.mark.parametrize("name", NAMED)
def test_every_named_guard_is_found(files, name):
    contents = {source.path: source.content for source in files}
    guards = found(name, files)
    assert guards, f"“{name}”: mend its finder in tests/mutants/named.py"
    for mutant in guards:
        changed = mutant.applied(contents[mutant.path])
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(contents[mutant.path])), mutant


def test_every_kind_is_found(files):
    made = [mutant for source in files for mutant in mutants(source)]
    assert {mutant.kind for mutant in made} == {*KINDS}
