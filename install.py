"""Installs Krita DeepDream: ``python3 install.py``. Everything else it can do: ``python3 install.py --help``.

Any Python from 3.7 may start this; the work is done by ``tools/installer.py`` in one from 3.10.
"""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Go on in this Python, or in a better one of this computer; the exit code."""
    # With -P, -I or PYTHONSAFEPATH Python looks for modules everywhere but beside the program.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    if sys.version_info >= (3, 10):  # noqa: UP036 - the whole point
        from tools import installer

        return installer.main()
    from krita_deepdream.setup import distribution, pythons

    better = pythons.best()
    if better is None:
        print("This is Python {}.{}, and no Python 3.10 to 3.13 was found.".format(*sys.version_info), file=sys.stderr)
        line = distribution.line_to_type()
        otherwise = "Install Python 3.12 from python.org or your system's package manager."
        print(f"Run “{line}”, then try again." if line else otherwise, file=sys.stderr)
        return 1
    return subprocess.call([str(better.path), str(Path(__file__).resolve()), *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
