"""pip takes from a person's settings how packages are reached, and from us where they go; its faults get advice."""

from __future__ import annotations

import os

import pytest

from krita_deepdream.core import errors
from krita_deepdream.setup import install_folder, pip_faults, pip_settings, runtime, set_up

# Each of them alone makes the packages go elsewhere, or not at all.
NOT_THEIRS = {
    "PIP_USER": "1",
    "PIP_TARGET": "elsewhere",
    "PIP_PREFIX": "elsewhere",
    "PIP_ROOT": "elsewhere",
    "PIP_DRY_RUN": "1",
    "PIP_REQUIRE_HASHES": "1",
    "PIP_NO_DEPS": "1",
    "PIP_IGNORE_INSTALLED": "1",
    "PIP_REQUIREMENT": "/nowhere.txt",
    "PIP_CONSTRAINT": "/nowhere.txt",
    "PIP_NO_INDEX": "1",
    "PIP_NO_BINARY": ":all:",
    "PIP_PLATFORM": "win32",
    "PIP_PYTHON": "/nowhere/python",
    "PIP_LOG": "/nowhere/pip.log",
    "PIP_QUIET": "3",
    "pip_user": "1",
}


@pytest.fixture
def configuration(tmp_path, monkeypatch):
    """The person's own settings of pip: ``configuration(text)``; no variable says anything."""
    for name in [name for name in os.environ if name.upper().startswith("PIP_")]:
        monkeypatch.delenv(name)
    path = tmp_path / "pip.conf"
    monkeypatch.setenv("PIP_CONFIG_FILE", str(path))

    def write(text):
        path.write_text(text)
        return path

    write("")
    return write


def of_pip(variables):
    return {name: value for name, value in variables.items() if name.upper().startswith("PIP_")}


@pytest.mark.parametrize("name", NOT_THEIRS)
def test_no_variable_says_where_packages_go(begun, tiny_lock, configuration, monkeypatch, tmp_path, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, NOT_THEIRS[name])
    list(set_up.make(None, "cpu", tiny_lock))
    assert set_up.look().is_sound
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(("section", "own_file"), [("global", True), ("install", True), ("global", False)])
def test_no_configuration_says_where_packages_go(
    begun, tiny_lock, configuration, monkeypatch, tmp_path, section, own_file
):
    monkeypatch.chdir(tmp_path)
    path = configuration(
        f"[{section}]\nuser = true\ntarget = elsewhere\nconstraint = /nowhere.txt\nno-index = true\ndry-run = true\n"
        "require-hashes = true\nquiet = 3\n"
    )
    if not own_file:
        usual = begun / ".config" / "pip" / "pip.conf"
        usual.parent.mkdir(parents=True)
        path.rename(usual)
        monkeypatch.delenv("PIP_CONFIG_FILE")
    list(set_up.make(None, "cpu", tiny_lock))
    assert set_up.look().is_sound
    assert not (tmp_path / "elsewhere").exists()


def test_how_packages_are_reached_stays_the_persons(begun, configuration, monkeypatch):
    configuration(
        "[global]\nindex-url = https://one/simple\nextra-index-url =\n  https://two\n  https://three\nproxy = http://p:1\n"
        "user = true\n[install]\ncert = /certificates.pem\n[list]\nformat = json\n"
    )
    monkeypatch.setenv("PIP_INDEX_URL", "https://four/simple")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "four")
    python = runtime.environment_python(runtime.environment_folder())
    kept = of_pip(pip_settings.variables(python, offline=False))
    assert kept.pop("PIP_EXTRA_INDEX_URL").split() == ["https://two", "https://three"]
    assert kept == {
        "PIP_INDEX_URL": "https://four/simple",
        "PIP_PROXY": "http://p:1",
        "PIP_CERT": "/certificates.pem",
        "PIP_TRUSTED_HOST": "four",
        "PIP_RETRIES": "3",
        "PIP_CONFIG_FILE": os.devnull,
    }
    kept = of_pip(pip_settings.variables(python, offline=True))
    assert "PIP_INDEX_URL" not in kept and kept["PIP_CERT"] == "/certificates.pem"


def test_packages_come_from_where_the_persons_configuration_says(begun, tiny_lock, configuration):
    configuration(f"[global]\nindex-url = http://127.0.0.1:9/simple\nfind-links = {tiny_lock}\nretries = 0\n")
    list(set_up.make(None, "cpu"))
    assert set_up.look().is_sound


def test_a_configuration_that_cannot_be_read_is_said(begun, tiny_lock, configuration):
    path = configuration("[global\nx")
    with pytest.raises(errors.DreamError) as caught:
        list(set_up.make(None, "cpu", tiny_lock))
    assert caught.value.code == "setup.pip_settings"
    assert str(path) in caught.value.sentence


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({"HTTPS_PROXY": "socks5://127.0.0.1:9"}, "setup.socks", "SOCKS"),
        ({"ALL_PROXY": "socks5h://127.0.0.1:9"}, "setup.socks", "SOCKS"),
        ({"PIP_CERT": "/nowhere/ca.pem"}, "setup.certificate_file", "/nowhere/ca.pem"),
        ({"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem"}, "setup.certificate_file", "/nowhere/ca.pem"),
        ({"PIP_CLIENT_CERT": "/nowhere/me.pem"}, "setup.certificate_file", "/nowhere/me.pem"),
        ({"HTTPS_PROXY": "http://127.0.0.1:9"}, "setup.proxy", "proxy"),
    ],
)
def test_real_pip_fails_and_the_advice_is_about_that(begun, configuration, monkeypatch, variables, code, said):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    configuration("[global]\nindex-url = https://index.invalid/simple\nretries = 1\ntimeout = 2\n")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(errors.DreamError) as caught:
        list(set_up.make(None, "cpu"))
    assert (caught.value.code, said in caught.value.sentence) == (code, True), str(caught.value)


TLS = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: "
    "CERTIFICATE_VERIFY_FAILED] certificate verify failed: {} (_ssl.c:1006)'))': /simple/absl-py/\n"
    "Could not fetch URL https://index.example/simple/absl-py/: There was a problem confirming the ssl certificate: "
    "HTTPSConnectionPool(host='index.example', port=443): Max retries exceeded\n"
    "ERROR: Could not find a version that satisfies the requirement absl-py==2.5.1\n"
    "ERROR: No matching distribution found for absl-py==2.5.1"
)


@pytest.mark.parametrize(
    ("printed", "code", "said"),
    [
        (TLS.format("self signed certificate in certificate chain"), "setup.certificate", "PIP_CERT"),
        (TLS.format("certificate is not yet valid"), "setup.clock", "date and time"),
        (
            "ERROR: HTTP error 403 while getting https://files.example/a.whl\n"
            "ERROR: 403 Client Error: Forbidden for url: https://files.example/a.whl",
            "setup.refused",
            "files.example",
        ),
        (
            "ProxyError('Cannot connect to proxy.', "
            "OSError('Tunnel connection failed: 407 Proxy Authentication Required'))",
            "setup.proxy_password",
            "HTTPS_PROXY",
        ),
        (
            "ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden'))",
            "setup.refused",
            "refused",
        ),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "setup.space",
            "free",
        ),
        ("ERROR: No matching distribution found for absl-py==2.5.1", "setup.index", "absl-py==2.5.1"),
        (
            "NewConnectionError('<pip…>: Failed to establish a new connection: [Errno -3] Temporary failure in name "
            "resolution')",
            "setup.network",
            "Temporary failure in name resolution",
        ),
        ("ERROR: Something else.", "setup.pip", "Something else."),
    ],
)
def test_what_pip_printed_becomes_advice(home, printed, code, said):
    install_folder.claim()
    error = pip_faults.error_of(printed.splitlines(), None)
    assert (error.code, said in str(error)) == (code, True), str(error)
    assert ".." not in str(error)
