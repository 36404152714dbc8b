"""The house as its source shows it: who imports whom, what happens at import, how long things get.

A file may import those of the rooms before its own in ``ROOMS`` (or ``PLUGIN_ROOMS``), and others of its own room as
long as there is no circle. ``docs/architecture.md`` shows the same rooms in the same order, with the sentences that
their packages begin with.
"""

from __future__ import annotations

import ast
import graphlib
import re
import shutil
import subprocess
import sys
import types
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE, PLUGIN = ROOT / "deepdream_core", ROOT / "krita_deepdream"
# From the ground up. What has no folder of its own is a file at the top: the doors.
ROOMS = [
    "errors",
    "version",
    "arrays",
    "words",
    "catalogue",
    "system",
    "protocol",
    "objective",
    "weights",
    "settings",
    "networks",
    "image",
    "files",
    "engine",
    "dream",
    "style",
    "atlas",
    "film",
    "zoom",
    "batch",
    "worker",
    "commands",
    "cli",
    "__init__",
    "__main__",
]
TENSORFLOW = {
    "networks",
    "engine.laplacian",
    "engine.loss",
    "engine.gradient",
    "atlas.channel_gradient",
    "style.gram_gradient",
    "style.pyramid_adam",
}
# The plugin's folders; its own files at the top serve them all, plugin.py puts them together.
PLUGIN_ROOMS = [
    "setup",
    "worker",
    "jobs",
    "documents",
    "choices",
    "dreaming",
    "keeping",
    "widgets",
    "atlas",
    "variations",
    "docker",
    "filter",
]
PLUGIN_MAY_IMPORT = {
    "krita": {"application.py"},
    "PyQt5": {"qt.py"},
    "PyQt6": {"qt.py"},
    "deepdream_core": {"core.py", "launch.py"},
}
LONGEST_MODULE, LONGEST_TABLE, TABLES = 400, 600, {CORE / "errors.py", CORE / "protocol" / "messages.py"}
LONGEST_FUNCTION, NINE_TENTHS, MOST_ARGUMENTS, BROAD_EXCEPTS = 40, 25, 5, 3
# Krita's own functions take more.
NOT_OURS = {PLUGIN / "krita_api.py"}


def module_name(path: Path) -> str:
    parts = path.relative_to(CORE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def room(name: str) -> str:
    """The room of a file of the core."""
    first = name.split(".")[0]
    assert first in ROOMS, f"{name}: give it a room in ROOMS"
    return first


CORE_FILES = {module_name(path): path for path in sorted(CORE.rglob("*.py"))}
PLUGIN_FILES = sorted(PLUGIN.rglob("*.py"))
ALL_FILES = [*CORE_FILES.values(), *PLUGIN_FILES]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), feature_version=(3, 10))


@cache
def imports(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Files of the core, and top-level names of everything else, that ``path`` imports anywhere in it."""
    inner: set[str] = set()
    outer: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            outer |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            outer.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(CORE).parent.parts if path.is_relative_to(CORE) else ()
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            named = {".".join(filter(None, [*base, alias.name])) for alias in node.names}
            found = named & CORE_FILES.keys()
            inner |= found or {".".join(filter(None, base)) or "__init__"}
    return frozenset(inner), frozenset(outer)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


@cache
def standard_only() -> tuple[Path, ...]:
    """What Krita's own Python reads too: the core's files that the plugin imports, and all that these import."""
    names = set()
    waiting = [name for name in CORE_FILES if name in _named_by_the_plugin()]
    while waiting:
        name = waiting.pop()
        names.add(name)
        waiting += imports(CORE_FILES[name])[0] - names
    return tuple(CORE_FILES[name] for name in sorted(names))


def _named_by_the_plugin() -> set[str]:
    found = set()
    for node in ast.walk(tree(PLUGIN / "core.py")):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deepdream_core") and not node.level:
            package = (node.module or "").removeprefix("deepdream_core").lstrip(".")
            found |= {".".join(filter(None, [package, alias.name])) for alias in node.names}
    assert found, "core.py imports nothing of the core"
    return found


@pytest.mark.parametrize("name", CORE_FILES)
def test_imports_go_downwards_only(name):
    here = ROOMS.index(room(name))
    upward = {other for other in imports(CORE_FILES[name])[0] if ROOMS.index(room(other)) > here}
    assert not upward, f"{name} imports {upward}"


@pytest.mark.parametrize(
    ("heading", "package", "rooms"),
    [
        ("## deepdream_core", CORE, [name for name in ROOMS if (CORE / name).is_dir()]),
        ("## krita_deepdream", PLUGIN, PLUGIN_ROOMS),
    ],
    ids=["core", "plugin"],
)
def test_the_page_shows_the_rooms_as_they_are(heading, package, rooms):
    """``docs/architecture.md``: the same rooms in the same order, each with its package's own first line."""
    section = (ROOT / "docs" / "architecture.md").read_text("utf-8").split(f"{heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    folders = {path.parent.name for path in package.glob("*/__init__.py")} - {"deepdream_core"}
    assert set(rooms) == folders
    assert rows == [
        [f"`{name}/`", (ast.get_docstring(tree(package / name / "__init__.py")) or "").splitlines()[0]]
        for name in rooms
    ]


def test_there_is_no_circle_of_imports():
    graph = {name: imports(path)[0] - {name} for name, path in CORE_FILES.items()}
    graphlib.TopologicalSorter(graph).prepare()


def test_tensorflow_stays_in_its_files():
    found = {name for name, path in CORE_FILES.items() if imports(path)[1] & {"tensorflow", "keras"}}
    assert {"networks" if name.startswith("networks") else name for name in found} == TENSORFLOW


@pytest.mark.parametrize("path", standard_only(), ids=relative)
def test_what_the_plugin_reads_needs_the_standard_library_only(path):
    assert imports(path)[1] <= sys.stdlib_module_names


@pytest.mark.parametrize("path", PLUGIN_FILES, ids=relative)
def test_the_plugin_needs_qt_and_the_standard_library_only(path):
    for module in imports(path)[1] - sys.stdlib_module_names:
        assert path.name in PLUGIN_MAY_IMPORT.get(module, set()), f"{path.name} imports {module}"


def test_the_plugin_takes_the_same_from_the_core_wherever_that_lies():
    """Installed in Krita the core lies inside the plugin, and no test here runs there."""
    branch = next(node for node in tree(PLUGIN / "core.py").body if isinstance(node, ast.If))
    beside, inside = (
        {(node.module, alias.name, alias.asname) for node in part for alias in node.names}
        for part in (branch.body, branch.orelse)
    )
    assert beside == inside and len(beside) > 15


@cache
def plugin_imports(path: Path) -> frozenset[Path]:
    """Files of the plugin that one of its files imports."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            found |= {base.with_suffix(".py"), *((base / alias.name).with_suffix(".py") for alias in node.names)}
    return frozenset(found) & frozenset(PLUGIN_FILES)


def floor(path: Path) -> int:
    """0 for what serves the whole plugin, then one floor for each folder, on top what puts all together."""
    folder = path.relative_to(PLUGIN).parts[0]
    tops = {"plugin.py": len(PLUGIN_ROOMS) + 1, "__init__.py": len(PLUGIN_ROOMS) + 1}
    return tops.get(folder, 0) if folder.endswith(".py") else PLUGIN_ROOMS.index(folder) + 1


@pytest.mark.parametrize("path", PLUGIN_FILES, ids=relative)
def test_the_folders_of_the_plugin_import_downwards_only(path):
    upward = {relative(other) for other in plugin_imports(path) if floor(other) > floor(path)}
    assert not upward, f"{relative(path)} imports {upward}"


def test_there_is_no_circle_in_the_plugin():
    graphlib.TopologicalSorter({path: plugin_imports(path) for path in PLUGIN_FILES}).prepare()


def test_nothing_of_weight_is_loaded_by_an_import():
    """The package, the doors and the plugin: no TensorFlow, no thread; and without numpy where Krita is."""
    code = (
        "import sys, threading; sys.path.insert(0, sys.argv[1]); import deepdream_core, krita_deepdream;"
        "import deepdream_core.catalogue, deepdream_core.objective.syntax, deepdream_core.protocol.wire;"
        "import deepdream_core.settings.presets, deepdream_core.settings.recipe, deepdream_core.worker.description;"
        "assert 'numpy' not in sys.modules, 'numpy';"
        "import deepdream_core as dd; dd.Job, dd.Progress, dd.Pixels, dd.load, dir(dd);"
        "from deepdream_core import cli; import deepdream_core.files.pictures, deepdream_core.worker.main;"
        "assert not {'tensorflow', 'keras', 'krita'} & set(sys.modules); assert threading.active_count() == 1"
    )
    subprocess.run([sys.executable, "-I", "-c", code, str(ROOT)], check=True, timeout=60)


@pytest.mark.parametrize("path", ALL_FILES, ids=relative)
def test_module_bodies_do_nothing(path):
    """No loop, no ``with``, and no call of TensorFlow, the file system, threads or random numbers."""
    forbidden = {"tf", "keras", "tensorflow", "threading", "random", "open", "print", "mkdir", "chdir", "putenv"}
    if path.name == "__main__.py":
        return
    for statement in tree(path).body:
        assert not isinstance(statement, (ast.For, ast.While, ast.With, ast.Delete)), statement.lineno
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            continue
        for call in (node for node in ast.walk(statement) if isinstance(node, ast.Call)):
            names = {node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)}
            names |= {node.attr for node in ast.walk(call.func) if isinstance(node, ast.Attribute)}
            assert not names & forbidden, f"line {call.lineno}: {names & forbidden}"


@pytest.mark.parametrize("path", ALL_FILES, ids=relative)
def test_every_module_says_its_contract_in_its_first_line(path):
    documentation = ast.get_docstring(tree(path))
    assert documentation and len(documentation.splitlines()[0]) > 20
    assert path.read_text("utf-8").startswith('"""')


@pytest.mark.parametrize("path", CORE_FILES.values(), ids=relative)
def test_arrays_are_called_by_their_names(path):
    """An array that is a function's business says what it is by a name of ``arrays.py``, nowhere by its dtype alone."""
    named = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    named |= {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert path == CORE / "arrays.py" or not named & {"NDArray", "ndarray", "ArrayLike"}


def test_every_name_of_an_array_tells_dtype_shape_and_range():
    body = tree(CORE / "arrays.py").body
    names = [node for node in body if isinstance(node, ast.Assign)]
    assert len(names) > 10
    for name, words in ((node, body[body.index(node) + 1]) for node in names):
        assert isinstance(words, ast.Expr) and isinstance(words.value, ast.Constant), ast.unparse(name)
        told = str(words.value.value)
        assert re.search(r"float\d\d|uint8|any dtype", told), told
        assert re.search(r"\((n|height|channels|positions|bands|3)\b.*?\)|any shape", told), told
        assert re.search(r"-?\d\.\.\d|any range|sign|1\.0 for white|0 or more", told), told


@pytest.mark.parametrize("path", CORE_FILES.values(), ids=relative)
def test_what_is_raised_is_said(path):
    """A public function that raises an error of ours names it, or what it is about."""
    for node in ast.walk(tree(path)):
        body = node.body if isinstance(node, (ast.Module, ast.ClassDef)) else []
        for function in (each for each in body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")):
            raised = [each for each in ast.walk(function) if isinstance(each, ast.Raise) and each.exc is not None]
            ours = [each for each in raised if "DreamError(" in ast.unparse(each)]
            if ours:
                assert re.search("[Rr]aise|DreamError", ast.get_docstring(function) or ""), function.name


@pytest.mark.parametrize("path", ALL_FILES, ids=relative)
def test_functions_are_short_and_take_few_arguments(path):
    for function in functions(path):
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= LONGEST_FUNCTION, f"{function.name}: {lines} lines"
        named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        count = len([argument for argument in named if argument.arg not in ("self", "cls")])
        assert count <= MOST_ARGUMENTS or path in NOT_OURS, f"{function.name}: {count} arguments"


@pytest.mark.parametrize("path", ALL_FILES, ids=relative)
def test_modules_are_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= (LONGEST_TABLE if path in TABLES else LONGEST_MODULE)


def test_the_page_tells_these_limits():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert f"{LONGEST_MODULE} lines; two tables, `errors.py` and `protocol/messages.py`, {LONGEST_TABLE};" in page
    assert f"{NINE_TENTHS} and {LONGEST_FUNCTION} lines; test_architecture.py" in page
    assert f"| Broad excepts | {BROAD_EXCEPTS}," in page


def test_nine_of_ten_functions_are_shorter_still():
    lengths = sorted(node.end_lineno - node.lineno + 1 for path in ALL_FILES for node in functions(path))
    assert lengths[len(lengths) * 9 // 10] <= NINE_TENTHS


def test_broad_excepts_are_few():
    broad = [
        f"{relative(path)}:{node.lineno}"
        for path in ALL_FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node)
    ]
    assert len(broad) <= BROAD_EXCEPTS, broad


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
    ends_in_raise = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
    return bool(names & {"Exception", "BaseException"}) and not ends_in_raise


def test_a_krita_with_an_older_python_says_what_to_do(monkeypatch):
    """It reads the plugin's first file and no other, which wouldn't even compile."""
    path = PLUGIN / "__init__.py"
    ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
    krita = types.ModuleType("krita")
    krita.__spec__ = ModuleSpec("krita", None)
    monkeypatch.setitem(sys.modules, "krita", krita)
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    with pytest.raises(ImportError, match=r"needs Python 3\.10.*install Krita 5\.2"):
        exec(compile(path.read_text("utf-8"), path, "exec"), {"__package__": "krita_deepdream"})


def interpreters() -> dict[str, str]:
    """Every Python 3.10 to 3.14 that this machine has, by version."""
    found = {}
    for minor in range(10, 15):
        name = f"python3.{minor}"
        candidates = [*sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/{name}")), shutil.which(name)]
        for candidate in filter(None, candidates):
            probe = subprocess.run([str(candidate), "-c", ""], capture_output=True, check=False, timeout=30)
            if probe.returncode == 0:
                found[f"3.{minor}"] = str(candidate)
    return found


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13", "3.14"])
def test_plugin_and_what_it_reads_are_valid_for_every_python_of_krita(version):
    """Compiled by that very Python, and what it reads of the core imported by it as Krita's would."""
    python = interpreters().get(version)
    if python is None:
        pytest.skip(f"NOT TESTED: there is no Python {version} on this machine")
    names = [f"deepdream_core.{module_name(path)}".removesuffix(".__init__") for path in standard_only()]
    code = (
        "import sys, importlib; sys.path.insert(0, sys.argv[1])\n"
        "for name in sys.argv[2].split(): importlib.import_module(name)\n"
        "for path in sys.argv[3:]: compile(open(path, encoding='utf-8').read(), path, 'exec')"
    )
    paths = [str(path) for path in [*PLUGIN_FILES, ROOT / "install.py"] if path.exists()]
    subprocess.run([python, "-I", "-B", "-c", code, str(ROOT), " ".join(names), *paths], check=True, timeout=60)
