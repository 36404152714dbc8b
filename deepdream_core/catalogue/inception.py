"""The Inceptions of the catalogue: the networks of Google's two DeepDream tutorials."""

from __future__ import annotations

from .info import MIDDLING_TILE, LayerInfo, NetworkInfo, Preprocessing, Source

V3 = NetworkInfo(
    name="inception_v3",
    label="Inception-v3",
    family="inception_v3",
    source=Source(
        file="inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        bytes=87_910_968,
        md5="bcbd6486424b2319ff4ef7d526e38f63",
        address="https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/"
        "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
    ),
    licence="Apache-2.0",
    trained_on="ImageNet (1000 classes of photographs)",
    preprocessing=Preprocessing(mean=(127.5,), divisor=(127.5,)),
    default_layer="mixed4",
    tile_px=MIDDLING_TILE,
    layers=(
        LayerInfo("mixed0", 256, 8, 14, "grids of glowing beads"),
        LayerInfo("mixed1", 288, 8, 20, "small spirals in rows"),
        LayerInfo("mixed2", 288, 8, 36, "ridged curls, fans and shells"),
        LayerInfo("mixed3", 768, 16, 40, "eyes on scaly bodies"),
        LayerInfo("mixed4", 768, 16, 44, "eyes in fur and spikes, small heads"),
        LayerInfo("mixed5", 768, 16, 60, "plumes, leaves, browed eyes, arches"),
        LayerInfo("mixed6", 768, 16, 64, "whole furry animals"),
        LayerInfo("mixed7", 768, 16, 72, "heads of animals, birds, here and there"),
        LayerInfo("mixed8", 1280, 32, 80, "birds and objects, far apart"),
        LayerInfo("mixed9", 2048, 32, 96, "parts of things, far apart"),
        LayerInfo("mixed10", 2048, 32, 96, "hints of objects"),
    ),
)

# (stride, motif in pixels, what it looks like, channels of the branches 1x1, 3x3_bottleneck, 3x3,
# 5x5_bottleneck, 5x5, pool_reduce)
_BLOCKS_5H = {
    "mixed3a": (8, 14, "hatching, mesh and grain", (64, 96, 128, 16, 32, 32)),
    "mixed3b": (8, 18, "cords, scales and small cells", (128, 128, 192, 32, 96, 64)),
    "mixed4a": (16, 28, "curls, fur and first eyes", (192, 96, 204, 16, 48, 64)),
    "mixed4b": (16, 34, "spirals, eyes, woven things", (160, 112, 224, 24, 64, 64)),
    "mixed4c": (16, 42, "dogs, eyes, pagodas: the picture of 2015", (128, 128, 256, 24, 64, 64)),
    "mixed4d": (16, 48, "animals, flowers, wheels", (112, 144, 288, 32, 64, 64)),
    "mixed4e": (16, 56, "faces, animals, buildings", (256, 160, 320, 32, 128, 128)),
    "mixed5a": (32, 72, "whole animals and things", (256, 160, 320, 48, 128, 128)),
    "mixed5b": (32, 88, "mixtures of whole things", (384, 192, 384, 48, 128, 128)),
}
_BRANCHES = ("1x1", "3x3_bottleneck", "3x3", "5x5_bottleneck", "5x5", "pool_reduce")
_KNOWN_CHANNELS = {
    "mixed4d_3x3_bottleneck_pre_relu": "animals and flowers; channel 139: flowers",
    "mixed4b_1x1_pre_relu": "spirals and eyes; channel 70: the example of Google's article",
}


def _conv_5h(name: str, channels: int, stride: int, motif_px: int, looks_like: str) -> tuple[LayerInfo, LayerInfo]:
    """A convolution before and after its ReLU."""
    before = f"{name}_pre_relu"
    return (
        LayerInfo(before, channels, stride, motif_px, _KNOWN_CHANNELS.get(before, looks_like)),
        LayerInfo(name, channels, stride, motif_px, looks_like),
    )


def _layers_5h() -> tuple[LayerInfo, ...]:
    layers = [
        *_conv_5h("conv2d0", 64, 2, 6, "fine grain and colours"),
        *_conv_5h("conv2d1", 64, 4, 8, "short strokes"),
        *_conv_5h("conv2d2", 192, 4, 10, "hatching"),
    ]
    for block, (stride, motif_px, looks_like, widths) in _BLOCKS_5H.items():
        for branch, channels in zip(_BRANCHES, widths, strict=True):
            part = f"one branch of {block}: {looks_like}"
            layers += _conv_5h(f"{block}_{branch}", channels, stride, motif_px, part)
        channels = sum(width for branch, width in zip(_BRANCHES, widths, strict=True) if "bottleneck" not in branch)
        layers.append(LayerInfo(block, channels, stride, motif_px, looks_like))
    return tuple(layers)


V5H = NetworkInfo(
    name="inception5h",
    label="Inception 5h (GoogLeNet)",
    family="inception5h",
    source=Source(
        file="tensorflow_inception_graph.pb",
        bytes=53_884_595,
        sha256="a39b08b826c9d5a5532ff424c03a3a11a202967544e389aca4b06c2bd8aef63f",
        address="https://storage.googleapis.com/download.tensorflow.org/models/inception5h.zip",
        archive_sha256="d13569f6a98159de37e92e9c8ec4dae8f674fbf475f69fe6199b514f756d4364",
    ),
    licence="Apache-2.0",
    trained_on="ImageNet (1000 classes of photographs)",
    preprocessing=Preprocessing(mean=(117.0,), divisor=(1.0,)),
    default_layer="mixed4c",
    tile_px=MIDDLING_TILE,
    layers=_layers_5h(),
)
