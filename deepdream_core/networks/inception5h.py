"""Inception "5h" (GoogLeNet, Szegedy et al. 2014), the network of Google's DeepDream tutorial of 2017.

Its file is a frozen TensorFlow 1 graph. It is never handed to TensorFlow as a program: the few kinds of
nodes that the trunk is made of are computed here one by one, and any other kind is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow.core.framework.graph_pb2 import GraphDef
from tensorflow.core.framework.node_def_pb2 import NodeDef

from ..catalogue import NetworkInfo
from ..errors import DreamError
from ..weights.store import Weights
from .preprocess import preprocessed

Operation = Callable[[NodeDef, list[Any]], tf.Tensor]


class Inception5h:
    """The nodes of the graph that lead to the catalogue's layers, and their constants."""

    def __init__(self, info: NetworkInfo, weights: Weights) -> None:
        self.info = info
        self.weights = weights
        nodes = _nodes(weights)
        names = _needed(nodes, [layer.name for layer in info.layers])
        self._nodes = {name: nodes[name] for name in names}
        self._constants = {
            name: tf.make_ndarray(n.attr["value"].tensor) for name, n in self._nodes.items() if n.op == "Const"
        }

    def activations(
        self, pixels: tf.Tensor, layers: Collection[str], dtype: tf.DType = tf.float32
    ) -> Mapping[str, tf.Tensor]:
        """See ``Network.activations``."""
        wanted = {self.info.layer(name).name for name in layers}
        found: dict[str, Any] = dict(self._constants)
        for name in _needed(self._nodes, wanted):
            node = self._nodes[name]
            if node.op == "Placeholder":
                found[name] = preprocessed(pixels, self.info.preprocessing, dtype)
            elif node.op != "Const":
                found[name] = _OPERATIONS[node.op](node, [found[source] for source in node.input])
        return {name: found[name] for name in wanted}


def build(info: NetworkInfo, weights: Weights) -> Inception5h:
    """Read the graph. Raises ``DreamError`` if they are unreadable or of another layout."""
    try:
        return Inception5h(info, weights)
    except (ValueError, TypeError) as error:
        raise DreamError(
            "network.layout", label=info.label, reason=error, advice="Use the file published by Google."
        ) from error


def _nodes(weights: Weights) -> dict[str, NodeDef]:
    try:
        graph = GraphDef.FromString(weights.path.read_bytes())
    except DecodeError as error:
        advice = "Download the file again."
        raise DreamError("weights.unreadable", path=weights.path, reason=error, advice=advice) from error
    return {node.name: node for node in graph.node}


def _needed(nodes: Mapping[str, NodeDef], wanted: Collection[str]) -> list[str]:
    """The wanted nodes and all that they are computed from, each after what it needs.

    Raises ``ValueError`` for one that isn't there or isn't admitted, and for one that is computed from itself.
    """
    ordered: dict[str, None] = {}
    begun: set[str] = set()
    waiting = [(name, False) for name in wanted]
    while waiting:
        name, sources_done = waiting.pop()
        if name in ordered:
            continue
        if sources_done:
            ordered[name] = None
            continue
        if name not in nodes or nodes[name].op not in _ADMITTED:
            raise ValueError(f"“{name}” is {nodes[name].op if name in nodes else 'missing'}")
        if name in begun:
            raise ValueError(f"“{name}” is computed from itself")
        begun.add(name)
        waiting.append((name, True))
        waiting += [(source, False) for source in nodes[name].input if source not in ordered]
    return list(ordered)


def _conv2d(node: NodeDef, inputs: list[Any]) -> tf.Tensor:
    x, kernel = inputs
    return tf.nn.conv2d(x, tf.constant(kernel, x.dtype), list(node.attr["strides"].list.i), _padding(node))


def _bias_add(_node: NodeDef, inputs: list[Any]) -> tf.Tensor:
    x, bias = inputs
    return tf.nn.bias_add(x, tf.constant(bias, x.dtype))


def _relu(_node: NodeDef, inputs: list[Any]) -> tf.Tensor:
    return tf.nn.relu(inputs[0])


def _max_pool(node: NodeDef, inputs: list[Any]) -> tf.Tensor:
    sizes, strides = node.attr["ksize"].list.i, node.attr["strides"].list.i
    return tf.nn.max_pool2d(inputs[0], list(sizes), list(strides), _padding(node))


def _response_norm(node: NodeDef, inputs: list[Any]) -> tf.Tensor:
    """In float32: its gradient has no other precision."""
    attributes = {name: node.attr[name].f for name in ("bias", "alpha", "beta")}
    radius = node.attr["depth_radius"].i
    normed = tf.nn.local_response_normalization(tf.cast(inputs[0], tf.float32), depth_radius=radius, **attributes)
    return tf.cast(normed, inputs[0].dtype)


def _concat(_node: NodeDef, inputs: list[Any]) -> tf.Tensor:
    axis, *parts = inputs
    return tf.concat(parts, int(axis))


def _padding(node: NodeDef) -> str:
    return str(node.attr["padding"].s.decode("ascii"))


_OPERATIONS: dict[str, Operation] = {
    "Conv2D": _conv2d,
    "BiasAdd": _bias_add,
    "Relu": _relu,
    "MaxPool": _max_pool,
    "LRN": _response_norm,
    "Concat": _concat,
}
_ADMITTED = {"Placeholder", "Const", *_OPERATIONS}
