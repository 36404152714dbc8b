"""What the widgets that the walk uses are called, as a screen reader says it: the one place to change when they are.

Everything else in these tests speaks of widgets by the names on the left.
"""

from __future__ import annotations

# The docker's foot.
DOCKER = ("docker", "DeepDream")
DREAM, CANCEL, CANCEL_ALL, PAINT, MAKE_FILM = "Dream", "Cancel", "Cancel All", "Paint", "Make Zoom"
NEXT = "Dream Next"
AS_NEW_IMAGE = "Open as New Image"
LIVE, KEEP = "Live", "Keep"
# The dream layer's row.
KEEP_UP, REFRESH, RENEW = "Keep Up", "Refresh", "Renew"
EVOLVE = "Evolve"
UP_TO_DATE, OUT_OF_DATE = "is up to date", "is out of date"
# Of an animated layer.
SCOPE, THIS_FRAME, ALL_FRAMES = "Frames", "This Frame", "All Frames"
PROGRESS = "Progress"
STRENGTH = "Strength"
# The large button, whatever it does at the moment.
LARGE = (DREAM, CANCEL, CANCEL_ALL, PAINT, MAKE_FILM)

# Its pages; on the tabs.
DREAM_PAGE, STYLE_PAGE, ZOOM_PAGE = "Dream", "Style", "Zoom"
ANIMALS, EYES, SWIRLS, TEMPLES = "Animals", "Eyes", "Swirls", "Temples"
SWIRLS, WATERCOLOUR = "Swirls", "Watercolour"
ANOTHER_SEED = "Dream with Another Seed"
DREAM_OF = "Dream of"
ATLAS = "Atlas"
DEPTH, SIZE, STEPS, KEEP_COLOURS = "Depth", "Size", "Steps", "Keep colours"
MORE = "More settings"
# A list is called by what is chosen in it; it is found by the label before it.
STRENGTH_BY, SOURCE, RESULT, NETWORK, LAYER, SEED = "Strength mask", "Source", "Result", "Network", "Layer", "Seed"
EVERYWHERE, NOTHING = "everywhere", "None"
NEW_LAYER_ABOVE, PAINT_IN = "New layer above", "Paint it in"
ADD_PICTURE = "Add Picture"
# The menus of buttons aren't told to screen readers before their entries are walked to: in their order.
FROM_LAYER, FROM_IMAGE, FROM_FILE, FROM_CLIPBOARD = range(4)
# In the menu of an added layer: towards it, where it is light, where it is painted, then each of its colours.
TOWARDS_IT, WHERE_LIGHT, WHERE_PAINTED = range(3)
ANIMATED_LAYER, FILM_FILE, FRAMES = "Animated layer", "File…", "Frames"

# The atlas.
ATLAS_WINDOW = ("window", "DeepDream – Atlas")
SEARCH, TAKE, WEIGHT, CLOSE = "Search", "Use These", "Weight", "Close"

# The window with variations.
VARIATIONS, VARIATIONS_WINDOW, USE = "Variations…", ("window", "DeepDream – Variations"), "Use"

# The filter's dialog.
FILTER_MENU, DIALOG, AGAIN = "Filter", "DeepDream…", "Apply DeepDream Again"
DIALOG_WINDOW = ("window", "DeepDream")
PREVIEW, SKETCH = "Preview", "Preview of the dream"
ZOOM_IN, ZOOM_OUT, FIT, ORIGINAL = "Zoom in", "Zoom out", "Show all", "Hold to see the original"
NEW_LAYER, REPLACE_LAYER = "New Layer", "Replace Layer"

# Krita's own.
LAYERS = "Layers"
MENU_BAR = "menu bar"
SUBWINDOW = "frame"
KRITA = ("main", "")
KRITA_ASKS = ("window", "Krita")
OPENING = ("window", "Open Images")
ADDING = ("window", "Add Picture")
FEATHERING = ("window", "Feather Selection")
IMPORTING, ACTIVATING = ("window", "Import Plugin"), ("window", "Activate Plugins?")
SET_UP = "Set Up"
SAVING_FILM = ("window", "Save Zoom")
