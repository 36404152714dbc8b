"""Guards that once could be taken out without a test going red, each found by what it does.

A finder is a function (file) → its mutants. Names of modules and functions may change; a finder that finds nothing any
more is a red test: mend it, or say here why the guard isn't needed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from .kinds import NOTHING
from .source import Function, Mutant, Source, called, dotted

Finder = Callable[[Source], Iterator[Mutant]]
NAMED: dict[str, Finder] = {}


def named(name: str) -> Callable[[Finder], Finder]:
    """Enter a finder into ``NAMED``."""

    def entered(function: Finder) -> Finder:
        NAMED[name] = function
        return function

    return entered


def found(name: str, files: list[Source]) -> list[Mutant]:
    """Where the guard stands, and how it is taken out."""
    return [mutant for source in files for mutant in NAMED[name](source)]


def _functions(source: Source, *calls: str) -> Iterator[ast.AST]:
    """The functions that call all of these (by their last names)."""
    if not all(name.encode() in source.content for name in calls):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, Function) and all(any(called(inner, name) for inner in ast.walk(node)) for name in calls):
            yield node


def _calls(node: ast.AST, *names: str) -> Iterator[ast.Call]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and called(inner, *names):
            yield inner


def _statements(node: ast.AST, *names: str) -> Iterator[ast.Expr]:
    """Statements that are a call of one of these."""
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Expr) and called(inner.value, *names))


def _refusals(node: ast.AST) -> Iterator[ast.If]:
    return (each for each in ast.walk(node) if isinstance(each, ast.If) and isinstance(each.body[0], ast.Raise))


def _classes(source: Source, *methods: str) -> Iterator[ast.ClassDef]:
    """The classes that have all of these methods."""
    if not all(f"def {name}(".encode() in source.content for name in methods):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and {*methods} <= {
            each.name for each in node.body if isinstance(each, Function)
        }:
            yield node


# Files and folders


@named("a file changes at one stroke")
def at_one_stroke(source: Source) -> Iterator[Mutant]:
    """The old file is written to: what is yielded is the target itself."""
    for function in _functions(source, "replace"):
        renamed = [call for call in _calls(function, "replace") if dotted(call.func) == "os.replace"]
        made = [node.value for node in ast.walk(function) if isinstance(node, ast.Yield) and node.value]
        for part, call in ((part, call) for part in made for call in renamed):
            if source.text(part) == source.text(call.args[0]):
                yield source.without(part, source.text(call.args[1]), "at one stroke")


@named("a part is on the disk before it has the name")
def on_the_disk(source: Source) -> Iterator[Mutant]:
    """No ``fsync``."""
    for function in _functions(source, "fsync"):
        for statement in _statements(function, "fsync"):
            yield source.without(statement, "pass", "on the disk")


@named("a part is never open to more people")
def private_part(source: Source) -> Iterator[Mutant]:
    """The mode at its birth, and the old file's at the end."""
    for function in _functions(source, "replace", "_give_rights"):
        for call in _calls(function, "touch"):
            yield source.without(call.args[0], "0o666", "private part")
        for statement in _statements(function, "_give_rights"):
            yield source.without(statement, "pass", "private part")


@named("the old folder is put away before it is deleted")
def put_away(source: Source) -> Iterator[Mutant]:
    """It is deleted before the new one has its name."""
    for function in _functions(source, "rename", "rmtree"):
        deleted = {source.text(call.args[0]) for call in _calls(function, "rmtree")}
        for call in _calls(function, "rename"):
            if isinstance(call.func, ast.Attribute) and call.args and source.text(call.args[0]) in deleted:
                yield source.without(call, f"shutil.rmtree({source.text(call.func.value)})", "put away")


# Processes


@named("variables of Krita's Python are taken out")
def foreign_variables(source: Source) -> Iterator[Mutant]:
    """All of them, or one."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and '"PYTHONPATH"' in map(source.text, node.elts):
            yield source.without(node, "()", "foreign variables")
            for each in node.elts:
                yield source.without(each, '"NONE"', "foreign variables")


@named("an answer is written whole")
def locked_answers(source: Source) -> Iterator[Mutant]:
    """Each lock of the class that writes answers."""
    for owner in _classes(source, "begin", "end", "cancel"):
        for node in ast.walk(owner):
            if isinstance(node, ast.With) and "lock" in source.text(node.items[0].context_expr):
                yield source.without(node.items[0].context_expr, NOTHING, "locked answers")


@named("a cancelled job's pictures don't wait for its turn")
def dropped_pictures(source: Source) -> Iterator[Mutant]:
    """What waits isn't taken out of the queue."""
    for function in _functions(source, "get_nowait", "cancel"):
        for node in ast.walk(function):
            if isinstance(node, ast.While) and any(_calls(node, "get_nowait")):
                yield source.without(node, "pass", "dropped pictures")


@named("stale answers are dropped")
def stale_answers(source: Source) -> Iterator[Mutant]:
    """An answer to a job that isn't the present one any more counts as its."""
    for owner in _classes(source, "receive", "cancel_all"):
        for node in ast.walk(owner):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq) and dotted(node.left).endswith(".id"):
                yield source.without(node, "True", "stale answers")


@named("no more messages after a kill")
def after_a_kill(source: Source) -> Iterator[Mutant]:
    """The rest of what had arrived is told too."""
    for owner in _classes(source, "kill", "send"):
        for node in ast.walk(owner):
            in_loop = isinstance(node, ast.If) and isinstance(source.parents[node], ast.For)
            if in_loop and isinstance(node.body[0], ast.Return) and isinstance(node.test, ast.Compare):
                yield source.without(node.test, "False", "after a kill")
        for statement in _statements(owner, "clear"):
            yield source.without(statement, "pass", "after a kill")


@named("the worker dies with its parent")
def dies_with_parent(source: Source) -> Iterator[Mutant]:
    """No ``prctl``."""
    for statement in _statements(source.tree, "prctl"):
        yield source.without(statement, "pass", "dies with parent")


@named("few gradients are kept, and the others freed at once")
def few_gradients(source: Source) -> Iterator[Mutant]:
    """None is let go, or it waits for a full collection."""
    for function in _functions(source, "popitem", "collect"):
        for node in ast.walk(function):
            if isinstance(node, ast.While):
                yield source.without(node.test, "False", "few gradients")
        for statement in _statements(function, "collect"):
            yield source.without(statement, "pass", "few gradients")


# Pixels


@named("not-a-number becomes 0 on its way in")
def no_nan(source: Source) -> Iterator[Mutant]:
    """Samples of a host or of a file stay as they are."""
    for function in _functions(source, "nan_to_num"):
        for call in _calls(function, "nan_to_num"):
            yield source.without(call, source.text(call.args[0]), "no NaN")


@named("alpha lies in 0..1")
def alpha_in_range(source: Source) -> Iterator[Mutant]:
    """Neither end."""
    for function in _functions(source, "clip"):
        for call in _calls(function, "clip"):
            limits = [source.text(each) for each in call.args[1:3]]
            if limits in (["0.0", "1.0"], ["0", "1"]) and "alpha" in source.text(call):
                yield source.without(call, source.text(call.args[0]), "alpha in range")


@named("where the weight is 0, the source's own bits stay")
def own_bits(source: Source) -> Iterator[Mutant]:
    """Blended also there, and written into a file also there."""
    for call in _calls(source.tree, "where"):
        if len(call.args) == 3 and called(call.args[0], "equal"):
            yield source.without(call, source.text(call.args[2]), "own bits")
    for call in _calls(source.tree, "copyto"):
        for keyword in call.keywords:
            if keyword.arg == "where":
                yield source.without(keyword.value, "True", "own bits")


@named("a tensor stays inside its data")
def inside_its_data(source: Source) -> Iterator[Mutant]:
    """Nothing is looked at, or one thing is not."""
    for function in _functions(source, "as_strided"):
        for node in _refusals(function):
            yield source.without(node.test, "False", "inside its data")
            for each in node.test.values if isinstance(node.test, ast.BoolOp) else []:
                yield source.without(each, "False", "inside its data")


# What painters met


@named("somebody holds the window that is open")
def held_window(source: Source) -> Iterator[Mutant]:
    """Without it the filter's dialog is dead as soon as it is made."""
    for owner in _classes(source, "open", "_closed"):
        for node in ast.walk(owner):
            if (
                isinstance(node, ast.Assign)
                and dotted(node.targets[0]).startswith("self.")
                and source.text(node.value) == "made"
            ):
                yield source.without(node, "pass", "held window")


@named("what is typed counts without Enter")
def typed_counts(source: Source) -> Iterator[Mutant]:
    """What was typed is neither kept nor taken before a dream."""
    for statement in _statements(source.tree, "settle"):
        if dotted(statement.value.func).endswith("choice.settle"):  # type: ignore[attr-defined]
            yield source.without(statement, "pass", "typed counts")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign) and dotted(node.targets[0]).endswith("_choice.typed"):
            yield source.without(node, "pass", "typed counts")


@named("a new dream lies above the older ones")
def lies_above(source: Source) -> Iterator[Mutant]:
    """It lies directly above its source."""
    for function in _functions(source, "layers_in", "within", "parentNode"):
        for node in ast.walk(function):
            if isinstance(node, ast.If) and isinstance(source.parents[node], ast.For):
                yield source.without(node.test, "False", "lies above")


@named("the foot of the docker is always as tall")
def same_height(source: Source) -> Iterator[Mutant]:
    """The line that becomes a progress bar is as tall as what is in it."""
    for function in _functions(source, "QStackedWidget", "setFixedHeight"):
        for statement in _statements(function, "setFixedHeight"):
            yield source.without(statement, "pass", "same height")


@named("a button is deaf after its meaning changed")
def deaf(source: Source) -> Iterator[Mutant]:
    """A click meant for Cancel starts a dream."""
    for owner in _classes(source, "begin", "_swallows"):
        for statement in _statements(owner, "start"):
            yield source.without(statement, "pass", "deaf")
    for statement in _statements(source.tree, "begin"):
        if "deaf" in dotted(statement.value.func):  # type: ignore[attr-defined]
            yield source.without(statement, "pass", "deaf")


@named("a wide canvas is computed by area")
def by_area(source: Source) -> Iterator[Mutant]:
    """By its longer side, or without a least for the shorter one."""
    for function in _functions(source, "sqrt", "min", "max"):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and source.text(node.targets[0]).startswith("by_"):
                yield source.without(node.value, "size / max(width, height)", "by area")
