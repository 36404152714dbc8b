"""(address) → a file on the disk, going on where an earlier try stopped.

By ``requests``, because it brings its own certificates and heeds proxies; nothing well kept resumes as well.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import requests

from ..errors import DreamError

Progress = Callable[[int, int], None]

# What requests says of a file of certificates that isn't there; it raises a plain OSError.
NO_CERTIFICATES = "invalid path"
SCHEME = "https://"
_BLOCK = 1 << 18
# Seconds for the connection, and for each block.
_TIMEOUT = (15, 60)


def download(address: str, part: Path, progress: Progress, most: int) -> None:
    """Fetch ``address``, by HTTPS and from that host alone, into ``part``, after the bytes that it holds already.

    ``progress`` is told the bytes so far and in all (0: not known); after ``most`` bytes it ends. Whether the bytes
    are the right ones is not looked at. Raises ``DreamError``: ``fetch.network``, ``fetch.certificates``,
    ``fetch.socks``, ``fetch.answer`` (also for a redirect), ``fetch.disk``; ``part`` then keeps what came.
    """
    if not address.startswith(SCHEME):
        raise DreamError("fetch.network", address=address, reason="only HTTPS addresses are allowed")
    try:
        held = part.stat().st_size if part.exists() else 0
        headers = _headers(held)
        with _response(address, headers) as answer:
            if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return
            if not answer.ok or answer.is_redirect:
                raise DreamError("fetch.answer", address=address, reason=f"{answer.status_code} {answer.reason}")
            _save(answer, part, held, progress, most)
    except requests.RequestException as error:
        raise DreamError(_code(error), address=address, reason=_reason(error)) from error
    except OSError as error:
        if NO_CERTIFICATES in str(error):
            # Before a word was spoken: with the disk all is well.
            raise DreamError("fetch.certificates", address=address, reason=error) from error
        raise DreamError("fetch.disk", path=part, reason=error.strerror or error) from error


def _response(address: str, headers: dict[str, str]) -> requests.Response:
    # An ``auth`` that adds nothing: without any, requests would send the passwords of ~/.netrc to whatever host it is.
    return requests.get(
        address, headers=headers, stream=True, timeout=_TIMEOUT, allow_redirects=False, auth=lambda request: request
    )


def _headers(held: int) -> dict[str, str]:
    plain = {"Accept-Encoding": "identity"}
    return {**plain, "Range": f"bytes={held}-"} if held else plain


def _save(answer: requests.Response, part: Path, held: int, progress: Progress, most: int) -> None:
    resumes = answer.status_code == HTTPStatus.PARTIAL_CONTENT
    done = held if resumes else 0
    total = done + int(answer.headers.get("Content-Length", -done))
    with part.open("ab" if resumes else "wb") as file:
        for block in answer.iter_content(_BLOCK):
            file.write(block)
            done += len(block)
            progress(done, total)
            if done > most:
                return


def _code(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "fetch.certificates"
    return "fetch.socks" if isinstance(error, requests.exceptions.InvalidSchema) else "fetch.network"


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate can't be verified"
    if isinstance(error, requests.Timeout):
        return "the connection timed out"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was lost"
    return "there is no connection" if isinstance(error, requests.ConnectionError) else str(error)
