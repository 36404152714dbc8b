"""What a screen reader sees of Krita: every widget in sight with its name, role, place and state, over AT-SPI.

Plain D-Bus, so any Python does. One walk over a tree asks for a whole generation of widgets before it waits for
the first answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

PREFIX = "org.a11y.atspi."
ROOT = "/org/a11y/atspi/accessible/root"
SCREEN = 0  # places are counted from the screen's upper left corner
ANSWERS_S = 60.0  # Krita may be busy
# Numbers of AT-SPI's states.
CHECKED, ENABLED, FOCUSED, SELECTED, SHOWING = 4, 8, 12, 23, 25

Ref = tuple[str, str]


@dataclass(frozen=True)
class Widget:
    """One widget as it was when it was looked at; ``box`` is left, top, width and height on the screen."""

    ref: Ref
    parent: Ref | None
    name: str
    role: str
    box: tuple[int, int, int, int]
    states: frozenset[int]

    @property
    def middle(self) -> tuple[int, int]:
        """The place where a finger goes."""
        left, top, width, height = self.box
        return left + width // 2, top + height // 2

    @property
    def checked(self) -> bool:
        """Whether it is ticked, or pressed in."""
        return CHECKED in self.states

    @property
    def enabled(self) -> bool:
        """Whether it can be used."""
        return ENABLED in self.states


class Reader:
    """Looks at one program of the session bus at ``address``."""

    def __init__(self, address: str, program: str) -> None:
        with closing(open_dbus_connection(address)) as session:
            bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            answer = session.send_and_get_reply(new_method_call(bus, "GetAddress"), timeout=ANSWERS_S)
        self._bus: DBusConnection = open_dbus_connection(answer.body[0])
        self._program = program

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()

    def program(self) -> Ref | None:
        """The root of the program's tree; ``None`` while there is none."""
        programs = self._ask([_call(("org.a11y.atspi.Registry", ROOT), "Accessible", "GetChildren")])[0]
        for ref in programs or []:
            if self._ask([_property(tuple(ref), "Name")])[0] == self._program:
                return tuple(ref)
        return None

    def children(self, ref: Ref) -> list[Widget]:
        """What stands in sight directly in ``ref``."""
        children = self._ask([_call(ref, "Accessible", "GetChildren")])[0] or []
        return self._look([(tuple(child), ref) for child in children])

    def tree(self, root: Ref, scrolled: bool = False) -> list[Widget]:
        """Everything in sight in ``root`` and itself, parents before their children; ``scrolled``: and out of it."""
        found: list[Widget] = []
        generation: list[tuple[Ref, Ref | None]] = [(root, None)]
        while generation:
            seen = self._look(generation, scrolled)
            found += seen
            families = self._ask([_call(each.ref, "Accessible", "GetChildren") for each in seen])
            generation = [
                (tuple(child), each.ref)
                for each, children in zip(seen, families, strict=True)
                for child in children or []
            ]
        return found

    def name(self, ref: Ref) -> str:
        """What a widget is called now; empty if it is gone."""
        return str(self._ask([_property(ref, "Name")])[0] or "")

    def text(self, widget: Widget) -> str:
        """What is written in a field."""
        return str(self._ask([_call(widget.ref, "Text", "GetText", "ii", (0, -1))])[0] or "")

    def value(self, widget: Widget) -> float:
        """Where a slider or a bar stands."""
        return float(self._ask([_property(widget.ref, "CurrentValue", "Value")])[0] or 0)

    def _look(self, refs: list[tuple[Ref, Ref | None]], scrolled: bool = False) -> list[Widget]:
        """Those of ``refs`` that can be seen, as they are now; all of them if ``scrolled``."""
        states = [_bits(each or ()) for each in self._ask([_call(ref, "Accessible", "GetState") for ref, _ in refs])]
        seen = [
            (ref, parent, bits) for (ref, parent), bits in zip(refs, states, strict=True) if scrolled or SHOWING in bits
        ]
        answers = self._ask(
            [
                message
                for ref, _, _ in seen
                for message in (
                    _property(ref, "Name"),
                    _call(ref, "Accessible", "GetRoleName"),
                    _call(ref, "Component", "GetExtents", "u", (SCREEN,)),
                )
            ]
        )
        return [
            Widget(ref, parent, answers[at] or "", answers[at + 1] or "", tuple(answers[at + 2] or (0, 0, 0, 0)), bits)
            for at, (ref, parent, bits) in zip(range(0, len(answers), 3), seen, strict=True)
        ]

    def _ask(self, messages: list[Message]) -> list[Any]:
        """Send all, then take the answers; ``None`` from what isn't there any more or has no such thing."""
        serials = {}
        for index, message in enumerate(messages):
            serial = next(self._bus.outgoing_serial)
            serials[serial] = index
            self._bus.send(message, serial=serial)
        answers: list[Any] = [None] * len(messages)
        end = time.monotonic() + ANSWERS_S
        while serials:
            reply = self._bus.receive(timeout=max(0.01, end - time.monotonic()))
            index = serials.pop(reply.header.fields.get(HeaderFields.reply_serial, -1), None)
            if index is not None and reply.header.message_type is MessageType.method_return:
                body = reply.body[0] if len(reply.body) == 1 else reply.body
                answers[index] = body[1] if reply.header.fields.get(HeaderFields.signature) == "v" else body
        return answers


@contextmanager
def reading(address: str, program: str) -> Iterator[Reader]:
    """A reader that leaves the bus at the end."""
    with closing(Reader(address, program)) as reader:
        yield reader


def _call(ref: Ref, interface: str, method: str, signature: str | None = None, body: tuple = ()) -> Message:
    return new_method_call(DBusAddress(ref[1], ref[0], PREFIX + interface), method, signature, body)


def _property(ref: Ref, name: str, interface: str = "Accessible") -> Message:
    return Properties(DBusAddress(ref[1], ref[0], PREFIX + interface)).get(name)


def _bits(words: tuple[int, ...]) -> frozenset[int]:
    return frozenset(32 * place + bit for place, word in enumerate(words) for bit in range(32) if word >> bit & 1)
