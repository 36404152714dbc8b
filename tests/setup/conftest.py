"""What the set-up's tests share: a home folder of their own, and environments of one tiny package."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from krita_deepdream.setup import install_folder, runtime, set_up

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home folder, with nothing in the environment that points elsewhere."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "KRITA_DEEPDREAM_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def tiny_lock(tmp_path, monkeypatch):
    """Set-up as always, but the lock asks for two tiny packages; gives the folder with their wheels."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for version in ("1.0", "2.0"):
        write_wheel(wheels, "tinyflow", version)
    write_wheel(wheels, "tinypy", "1.0")
    lock = tmp_path / "requirements.txt"
    write_lock(lock, wheels, "tinyflow==1.0", "tinypy==1.0")
    monkeypatch.setattr(set_up, "lock_file", lambda kind: lock)
    monkeypatch.setattr(set_up, "TRY_TENSORFLOW", "import tinyflow; print('TensorFlow', tinyflow.VERSION)")
    return wheels


@pytest.fixture(scope="session")
def python():
    """The Python that the tests run on."""
    return set_up.choose_python(Path(sys.executable))


@pytest.fixture(scope="session")
def plain_environment(python, tmp_path_factory):
    """A virtual environment with nothing but pip, made once: making one takes seconds."""
    folder = tmp_path_factory.mktemp("plain") / "env"
    subprocess.run([python.path, "-I", "-m", "venv", folder], check=True)
    return folder


@pytest.fixture
def begun(home, tiny_lock, plain_environment):
    """A home in which set-up was interrupted before the first package."""
    install_folder.claim()
    shutil.copytree(plain_environment, runtime.environment_folder(), symlinks=True)
    (runtime.environment_folder() / set_up.VARIANT_NAME).write_text("cpu")
    return home


def write_wheel(folder, name, version):
    """The smallest wheel that pip takes: one module with a ``VERSION``."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items())
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": record + f"{info}/RECORD,,\n"}.items():
            wheel.writestr(path, text)


def write_lock(path, wheels, *rows):
    """A lock of ``rows`` with the hashes of those of them that lie in ``wheels``."""
    text = "# a comment\n"
    for row in rows:
        found = wheels / f"{row.replace('==', '-')}-py3-none-any.whl"
        digest = hashlib.sha256(found.read_bytes() if found.exists() else b"").hexdigest()
        text += f"{row} \\\n    --hash=sha256:{digest}\n"
    path.write_text(text)


def _digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
