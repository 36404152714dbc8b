"""Where the docker comes up the first time ever: in a tab beside Krita's Brush Presets, tall enough to work with.

Krita would put it below all others, where a small screen has room for one row of presets. Afterwards it is the
painter's own to move.
"""

from __future__ import annotations

from ..qt import Qt, QtWidgets

# In Krita's default docking it is at the bottom of the right-hand side; Layers, above, must stay in sight.
BESIDE, NEVER_OVER = "PresetDocker", "KisLayerBox"
HEIGHT_PX = 350


def find_first_position(docker: QtWidgets.QDockWidget) -> None:
    """Make ``docker`` a tab of another docker on its side, in front. What floats or is a tab already is left alone."""
    window = docker.parentWidget()
    if not isinstance(window, QtWidgets.QMainWindow) or docker.isFloating() or window.tabifiedDockWidgets(docker):
        return
    beside = _neighbour(window, docker)
    if beside is None:
        return
    window.tabifyDockWidget(beside, docker)
    docker.raise_()
    if beside.objectName() == BESIDE:
        window.resizeDocks([docker], [HEIGHT_PX], Qt.Orientation.Vertical)


def _neighbour(window: QtWidgets.QMainWindow, docker: QtWidgets.QDockWidget) -> QtWidgets.QDockWidget | None:
    """Brush Presets, or else the lowest one on the docker's side."""
    side = window.dockWidgetArea(docker)
    others = [
        each
        for each in window.findChildren(QtWidgets.QDockWidget)
        if each is not docker
        and each.isVisible()
        and not each.isFloating()
        and window.dockWidgetArea(each) == side
        and each.objectName() != NEVER_OVER
    ]
    others.sort(key=lambda each: (each.objectName() == BESIDE, each.y()))
    return others[-1] if others else None
