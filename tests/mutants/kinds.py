"""The kinds of guards and important lines, by what they do and not by their names, and how each is taken out.

A kind is a function (file) → its mutants. What can't be told from the original by any test on one computer isn't
made: branches for other systems, what is only logged, what only saves time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from .source import Mutant, Source, called, dotted

Kind = Callable[[Source], Iterator[Mutant]]
KINDS: dict[str, Kind] = {}
# What other systems do, what is looked at by nobody, and what never runs.
ELSEWHERE = re.compile(r"sys\.platform|platform\.|win32|darwin|TYPE_CHECKING|os\.name|NO_WINDOW|__main__")
# Not Qt's ``ensureVisible``.
CHECKING = re.compile(r"_?(check|refuse|require|verify|ensure|guard|validate)(_|$)")
# What ends, closes, removes or forgets something.
ENDING = frozenset(
    ("disconnect", "close", "kill", "terminate", "unlink", "rmtree", "rmdir", "release", "clear", "stop", "cancel")
    + ("delete", "deleteLater", "remove", "shutdown", "quit", "discard", "forget")
)
NOTHING = '__import__("contextlib").nullcontext()'


def kind(name: str) -> Callable[[Kind], Kind]:
    """Enter a kind into ``KINDS``."""

    def entered(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return entered


def mutants(source: Source) -> list[Mutant]:
    """All that can be done to a file."""
    return [mutant for function in KINDS.values() for mutant in function(source)]


def each(source: Source, *types: type[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a file that a test may tell apart."""
    for node in ast.walk(source.tree):
        if isinstance(node, types) and not _is_elsewhere(source, node):
            yield node


def _is_elsewhere(source: Source, node: ast.AST) -> bool:
    conditions = [above.test for above in [node, *source.above(node)] if isinstance(above, ast.If | ast.IfExp)]
    return any(ELSEWHERE.search(source.text(test)) for test in conditions)


def refuses(statements: list[ast.stmt]) -> bool:
    """Whether a body does nothing but raise."""
    return isinstance(statements[-1], ast.Raise) and len(statements) <= 2


@kind("refusal dropped")
def refusals(source: Source) -> Iterator[Mutant]:
    """``if …: raise``."""
    for node in each(source, ast.If):
        if refuses(node.body) and not _is_checksum(source.text(node.test)):
            yield source.without(node.test, "False", "refusal dropped")


@kind("checksum not compared")
def checksums(source: Source) -> Iterator[Mutant]:
    """``if digest != …``."""
    for node in each(source, ast.If):
        if _is_checksum(source.text(node.test)):
            yield source.without(node.test, "False", "checksum not compared")


def _is_checksum(text: str) -> bool:
    return re.search(r"sha256|digest|checksum", text) is not None and re.search(r"[!=]=|hexdigest", text) is not None


@kind("early end dropped")
def early_ends(source: Source) -> Iterator[Mutant]:
    """``if …: return``, ``continue`` or ``break`` with more to come."""
    for node in each(source, ast.If):
        if len(node.body) == 1 and isinstance(node.body[0], ast.Return | ast.Continue | ast.Break) and not node.orelse:
            value = getattr(node.body[0], "value", None)
            if value is None or isinstance(value, ast.Constant | ast.Name):
                yield source.without(node.test, "False", "early end dropped")


@kind("condition dropped")
def conditions(source: Source) -> Iterator[Mutant]:
    """One of several conditions in ``and`` or ``or``, where something is decided."""
    for node in each(source, ast.BoolOp):
        if any(isinstance(above, ast.If | ast.While | ast.comprehension) for above in [source.parents[node]]):
            for value in node.values:
                # What another needs before it can be asked: without it that only fails.
                neutral = "True" if isinstance(node.op, ast.And) else "False"
                if not (isinstance(node.op, ast.And) and value is node.values[0] and _is_presence(value)):
                    yield source.without(value, neutral, "condition dropped")


def _is_presence(node: ast.AST) -> bool:
    compared = isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is | ast.IsNot)
    return isinstance(node, ast.Name | ast.Attribute) or compared


@kind("choice inverted")
def choices(source: Source) -> Iterator[Mutant]:
    """``if …`` with two ways on."""
    for node in each(source, ast.If, ast.IfExp):
        if node.orelse and not isinstance(node.test, ast.NamedExpr):
            yield source.without(node.test, f"not ({source.text(node.test)})", "choice inverted")


@kind("limit dropped")
def limits(source: Source) -> Iterator[Mutant]:
    """``min(x, 9)``, ``max(0, x)``, ``np.clip(x, …)``: only x."""
    for node in each(source, ast.Call):
        if called(node, "min", "max", "minimum", "maximum") and len(node.args) == 2:
            free = [value for value in node.args if not _is_fixed(value)]
            if len(free) == 1 and not any(keyword.arg in ("default", "key") for keyword in node.keywords):
                yield source.without(node, _alone(source, node, free[0]), "limit dropped")
        elif called(node, "clip", "nan_to_num") and node.args:
            yield source.without(node, _alone(source, node, node.args[0]), "limit dropped")


def _alone(source: Source, call: ast.Call, value: ast.expr) -> str:
    """``value``, where the call had it put elsewhere too."""
    out = next((keyword.value for keyword in call.keywords if keyword.arg == "out"), None)
    text = source.text(value)
    return f"({source.text(out)}).__setitem__(..., {text})" if out else f"({text})"


def _is_fixed(node: ast.AST) -> bool:
    """A number, or the name of a constant."""
    if isinstance(node, ast.UnaryOp):
        return _is_fixed(node.operand)
    if called(node, "float32", "float", "int"):
        return all(map(_is_fixed, node.args))
    return isinstance(node, ast.Constant) or (dotted(node).split(".")[-1] or "a").isupper()


@kind("lock not taken")
def locks(source: Source) -> Iterator[Mutant]:
    """``with lock``."""
    for node in each(source, ast.With):
        for item in node.items:
            if re.search(r"lock|mutex", source.text(item.context_expr), re.IGNORECASE):
                yield source.without(item.context_expr, NOTHING, "lock not taken")


@kind("disk's order dropped")
def durable(source: Source) -> Iterator[Mutant]:
    """``fsync`` and ``flush`` of files."""
    for node in each(source, ast.Expr):
        if called(node.value, "fsync", "flush") and "std" not in source.text(node):
            yield source.without(node, "pass", "disk's order dropped")


@kind("rights not set")
def rights(source: Source) -> Iterator[Mutant]:
    """Modes that keep others out, and modes that are kept."""
    for node in each(source, ast.Constant):
        if isinstance(node.value, int) and source.text(node) in ("0o600", "0o700", "0o077"):
            yield source.without(node, "0o000" if node.value == 0o077 else "0o777", "rights not set")
    for node in each(source, ast.Expr):
        if called(node.value, "chmod", "copymode", "umask", "fchmod"):
            yield source.without(node, "pass", "rights not set")


@kind("not cleaned up")
def cleaning(source: Source) -> Iterator[Mutant]:
    """What ends, closes, removes or forgets something."""
    for node in each(source, ast.Expr):
        if called(node.value, *ENDING) and dotted(node.value.func).count("."):
            yield source.without(node, "pass", "not cleaned up")


@kind("fault not passed on")
def reraised(source: Source) -> Iterator[Mutant]:
    """``raise`` in an ``except``, where something went wrong."""
    for node in each(source, ast.Raise):
        if isinstance(source.parents[node], ast.ExceptHandler) and source.parents[node].body[-1] is node:
            yield source.without(node, "pass", "fault not passed on")


@kind("fault not caught")
def caught(source: Source) -> Iterator[Mutant]:
    """``except X`` and ``suppress(X)`` that expect a fault."""
    for node in each(source, ast.ExceptHandler):
        imports = any(isinstance(each, ast.Import | ast.ImportFrom) for each in source.parents[node].body)
        if node.type is not None and not imports:
            yield source.without(node.type, "()", "fault not caught")
    for node in each(source, ast.Call):
        if called(node, "suppress") and isinstance(source.parents[node], ast.withitem):
            yield source.without(node, NOTHING, "fault not caught")


@kind("answer to another taken")
def addressed(source: Source) -> Iterator[Mutant]:
    """``message.id == job.number``: whose answer it is."""
    for node in each(source, ast.Compare):
        parts = {dotted(part).split(".")[-1] for part in (node.left, *node.comparators)}
        of_two = len(node.ops) == 1 and len(parts) == 2 and "" not in parts
        if of_two and parts & {"id", "number"} and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            same = isinstance(node.ops[0], ast.Eq)
            yield source.without(node, str(same), "answer to another taken")


@kind("check not called")
def checks(source: Source) -> Iterator[Mutant]:
    """A call that does nothing but refuse what isn't right."""
    for node in each(source, ast.Expr):
        if isinstance(node.value, ast.Call) and CHECKING.match(dotted(node.value.func).split(".")[-1]):
            yield source.without(node, "pass", "check not called")


@kind("not told")
def told(source: Source) -> Iterator[Mutant]:
    """A signal that isn't connected or sent, a message that doesn't go out."""
    for node in each(source, ast.Expr):
        if called(node.value, "connect", "emit", "send", "put"):
            yield source.without(node, "pass", "not told")


@kind("not written")
def written(source: Source) -> Iterator[Mutant]:
    """A file that isn't written, a setting that isn't kept."""
    for node in each(source, ast.Expr):
        if called(node.value, "write", "write_bytes", "write_text", "save", "setPixelData", "remember", "keep"):
            yield source.without(node, "pass", "not written")
