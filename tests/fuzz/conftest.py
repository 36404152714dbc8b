"""A data folder of their own."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path_factory.mktemp("own")))
        yield
