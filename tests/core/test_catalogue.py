"""What the catalogue says of the networks is whole, and ``docs/networks.md`` says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepdream_core.catalogue import NETWORKS, network
from deepdream_core.errors import DreamError
from deepdream_core.weights.store import megabytes

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "networks.md"


@pytest.mark.parametrize("info", NETWORKS.values(), ids=NETWORKS)
def test_a_network_says_where_it_comes_from_and_what_it_dreams(info):
    names = [layer.name for layer in info.layers]
    assert len(names) == len(set(names))
    assert info.layer(info.default_layer).motif_px >= 16
    assert all(layer.looks_like and layer.channels > 0 for layer in info.layers)
    strides = [layer.stride for layer in info.layers]
    assert strides == sorted(strides)
    source = info.source
    assert info.licence and source.bytes > 1_000_000
    assert source.package or source.address.startswith("https://")
    assert len(source.sha256) in (0, 64) and len(source.md5) in (0, 32) and len(source.archive_sha256) in (0, 64)
    assert source.can_be_fetched == (bool(source.address) and bool(source.sha256 or source.md5))


def test_names_are_found_and_near_misses_get_a_hint():
    assert network("vgg19").layer("block5_conv4").channels == 512
    with pytest.raises(DreamError, match="inception_v3"):
        network("inceptionv3")
    with pytest.raises(DreamError, match="mixed4d_3x3_bottleneck_pre_relu"):
        network("inception5h").layer("mixed4d_3x3_bottleneck_prerelu")


def test_the_document_lists_what_the_catalogue_holds():
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| `")]
    expected = [
        f"| `{info.name}` | {info.label} | {megabytes(info.source.bytes)} | {info.source.checksum_name} "
        f"| {info.licence} | {len(info.layers)} | `{info.default_layer}` |"
        for info in NETWORKS.values()
    ]
    assert rows == expected
