"""(what pip printed before it failed) → the error that it was, with advice for exactly that case."""

from __future__ import annotations

import re
from pathlib import Path

from ..core import errors
from . import install_folder

# A file of another hash, in a folder of packages as well as from an index.
ALTERED = r"DO NOT MATCH THE HASHES.*\n\s+(\S+)"
# Code, and what pip or one of its libraries prints in that case; the first that is found counts.
SIGNS = (
    ("setup.socks", r"Missing dependencies for SOCKS support"),
    ("setup.certificate_file", r"(?:TLS CA certificate bundle|TLS certificate file|TLS key file), invalid path: (.+)"),
    ("setup.certificate_file", r"SSLError\(FileNotFoundError"),
    ("setup.clock", r"certificate (?:has expired|is not yet valid)"),
    ("setup.certificate", r"CERTIFICATE_VERIFY_FAILED|certificate verify failed"),
    ("setup.proxy_password", r"407 Proxy Authentication Required|Tunnel connection failed: 407"),
    ("setup.refused", r"\b(?:40[13]|451) Client Error: \w+|HTTP error 4\d\d|Tunnel connection failed: 403 \w+"),
    ("setup.proxy", r"Unable to connect to proxy|Cannot connect to proxy|ProxyError|InvalidProxy"),
    (
        "setup.network",
        r"Name or service not known|Temporary failure in name resolution|getaddrinfo failed"
        r"|nodename nor servname|Connection refused|Network is unreachable|No route to host"
        r"|Read timed out|Connection reset|Connection broken",
    ),
    (
        "setup.network",
        r"ConnectTimeout|ReadTimeoutError|ConnectionResetError|IncompleteRead|NewConnectionError"
        r"|Max retries exceeded|SSLError|RemoteDisconnected",
    ),
    ("setup.index", r"No matching distribution found for (\S+)"),
)


def error_of(said: list[str], wheels: Path | None) -> errors.DreamError:
    """``said``: the lines that pip printed. ``wheels``: the folder that it should install from, if any."""
    whole = "\n".join(said)
    reason = last([line for line in said if line.startswith("ERROR")] or said).removeprefix("ERROR: ").rstrip(".")
    if install_folder.is_full(whole):
        return install_folder.space_error("more")
    if found := re.search(ALTERED, whole):
        return errors.DreamError("setup.altered", reason=found[1])
    if wheels:
        return errors.DreamError("setup.wheels", folder=wheels, reason=reason)
    for code, sign in SIGNS:
        found = re.search(sign, whole)
        if found:
            return errors.DreamError(code, reason=_words(found), host=_host(whole))
    return errors.DreamError("setup.pip", reason=reason)


def last(said: list[str]) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(said) if line.strip()), "no reason was given")


def _words(found: re.Match[str]) -> str:
    """The match without the unbalanced brackets and quotes around it."""
    return (found[1] if found.re.groups else found[0]).strip().rstrip("'\")>. ")


def _host(whole: str) -> str:
    """The computer that pip spoke to last, as far as it says so."""
    hosts = re.findall(r"host='([^']+)'|https?://([^/\s:@'\"]+)[/:]", whole)
    return next((one or other for one, other in reversed(hosts) if one or other), "the package index")
