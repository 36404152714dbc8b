"""What a session needs of Krita, in one object: reading and placing are functions of their own, the rest is here."""

from __future__ import annotations

from ..core import wire
from ..jobs.document_data import Placed, StoredRecipe
from ..jobs.named_pictures import LONGEST_PX, Offered
from ..krita_api import Document, Node
from . import application, canvas, destinations, grabbing, keyframes, nodes, other_pictures, recipes, renewing


class Host:
    """Holds nothing. ``HostLike`` says what each method is for."""

    look = staticmethod(grabbing.look)
    grab = staticmethod(grabbing.grab)
    glimpse = staticmethod(grabbing.glimpse)
    read_picture_over = staticmethod(grabbing.read_picture_over)
    place = staticmethod(destinations.place)
    place_on_top = staticmethod(destinations.place_on_top)
    place_zoom = staticmethod(destinations.place_zoom)
    place_animation = staticmethod(destinations.place_animation)
    keyframe_times = staticmethod(keyframes.keyframe_times)
    animation_of = staticmethod(keyframes.animation_of)
    grab_keyframe = staticmethod(keyframes.grab_keyframe)
    zoom_pace = staticmethod(destinations.zoom_pace)
    grab_part = staticmethod(renewing.grab_part)
    layer_samples = staticmethod(renewing.layer_samples)
    on_history = staticmethod(application.on_history)
    active_layer = staticmethod(application.active_layer)
    canvas_under_pointer = staticmethod(canvas.under_pointer)
    pointer = staticmethod(canvas.pointer)

    def recipe(self) -> StoredRecipe | None:
        """How the active layer was dreamed, if it was and that is known."""
        document = application.needed_document()
        return recipes.read(document, application.needed_layer(document))

    def offered(self) -> tuple[list[Offered], list[Offered]]:
        """What the documents that are open could give a dream: layers and masks here, and other images."""
        return other_pictures.offered(application.active_document(), application.documents())

    def read_picture(self, node_id: str, longest_px: int = LONGEST_PX) -> wire.Picture:
        """A layer, mask or image in little. Raises ``DreamError`` if it isn't there any more."""
        return other_pictures.whole(application.documents(), node_id, grabbing.in_eight_bits, longest_px)

    def document(self) -> Document | None:
        """The active document, ``None`` without any."""
        return application.active_document()

    def is_open(self, document: Document) -> bool:
        """Whether a document is still open."""
        return application.is_open(document)

    def stands(self, placed: Placed) -> bool:
        """Whether a layer is still where it was put."""
        return _node_of(placed) is not None

    def hidden_by(self, placed: Placed) -> str:
        """The name of the layer or group that hides a layer; empty where it is shown or isn't there any more."""
        node = _node_of(placed)
        found = nodes.hidden_by(node) if node is not None else None
        return found.name() if found is not None else ""

    def flip(self, placed: Placed) -> bool:
        """Hide a layer, or show it if it is hidden: no undo step. ``False`` when it isn't there any more."""
        node = _node_of(placed)
        if node is None:
            return False
        node.setVisible(not node.visible())
        placed.document.refreshProjection()
        return True

    def activate(self, document: Document, node_id: str) -> None:
        """Make a node the active one, if it is there."""
        node = nodes.find(document, node_id)
        if node is not None:
            document.setActiveNode(node)

    def set_opacity(self, placed: Placed, percent: float) -> bool:
        """Set a result layer's opacity; ``False`` when the layer isn't there any more."""
        node = _node_of(placed)
        if node is None:
            return False
        node.setOpacity(round(percent * 2.55))
        # Krita takes a change from Python for none: the next save would leave it out.
        placed.document.setModified(True)
        placed.document.refreshProjection()
        return True


def _node_of(placed: Placed) -> Node | None:
    return nodes.find(placed.document, placed.node_id) if application.is_open(placed.document) else None
