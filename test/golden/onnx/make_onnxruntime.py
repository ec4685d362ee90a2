"""Small ONNX models put together by hand, with what onnxruntime computes: old and new operator sets, both orders of axes,
every way of storing weights. Where PyTorch, by autograd.py beside this file, computes the same output, the gradient of the
input is PyTorch's. Needs onnx, onnxruntime, numpy, torch:

    python3 test/golden/onnx/make_onnxruntime.py
"""

import base64
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from autograd import run
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(3)


def weights(*shape, spread=0.4):
    return (rng.standard_normal(shape) * spread).astype(np.float32)


class Graph:
    """Collects nodes; a layer is one node, whose name is that of the layer."""

    def __init__(self):
        self.nodes, self.initializers, self.layers = [], [], {}

    def constant(self, name, values):
        array = np.asarray(values)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, kind, inputs, name, order="NCHW", **settings):
        self.nodes.append(helper.make_node(kind, inputs, [f"{name}_out"], name=name, **settings))
        if order:
            self.layers[name] = order
        return f"{name}_out"


def encoded(array, axes):
    values = array[0].astype(np.float32)
    if values.ndim == 3 and axes == "NCHW":
        values = values.transpose(1, 2, 0)
    if values.ndim == 3 and values.shape[:2] == (1, 1):
        values = values.reshape(-1)
    return {
        "shape": list(values.shape),
        "values": base64.b64encode(np.ascontiguousarray(values).tobytes()).decode(),
    }


def save(name, graph, last, shape, opset, input_axes="NCHW", external=False):
    image = rng.random(shape, dtype=np.float32)
    made = helper.make_graph(
        graph.nodes,
        name,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", *shape[1:]])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, None)],
        graph.initializers,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", opset)], ir_version=7 if opset < 18 else 9)
    path = HERE / f"{name}.onnx"
    if external:
        (HERE / f"{name}.bin").unlink(missing_ok=True)  # or weights would be appended
        onnx.save_model(
            model, path, save_as_external_data=True, all_tensors_to_one_file=True, location=f"{name}.bin", size_threshold=0
        )
    else:
        onnx.save_model(model, path)
    probe = onnx.load(path)
    del probe.graph.output[:]
    names = list(graph.layers)
    probe.graph.output.extend(helper.make_tensor_value_info(f"{n}_out", TensorProto.FLOAT, None) for n in names)
    for tensor in probe.graph.initializer:
        tensor.ClearField("external_data")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(probe.SerializeToString(), options, providers=["CPUExecutionProvider"])
    outputs = dict(zip(names, session.run(None, {"image": image})))
    layers = {n: encoded(outputs[n], graph.layers[n]) for n in names}
    final = last.removesuffix("_out")
    source = torch.tensor(image, dtype=torch.float64, requires_grad=True)
    output = run(onnx.load(path), source)
    np.testing.assert_allclose(output.detach().numpy(), outputs[final], rtol=1e-4, atol=1e-5)
    # A generator of its own, so that what was drawn before stays as it was.
    output_weights = np.random.default_rng(4).standard_normal(output.shape).astype(np.float32)
    output.backward(torch.tensor(output_weights))
    versions = f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}, torch {torch.__version__}"
    fixture = {
        "made_by": f"{versions}, opset {opset}",
        "input": encoded(image, input_axes),
        "layers": layers,
        "output": layers[final],
        "output_weights": encoded(output_weights, graph.layers[final]),
        "input_gradient": encoded(source.grad.numpy(), input_axes),
    }
    (HERE / f"{name}.json").write_text(json.dumps(fixture))


def norm(graph, x, name, channels, **settings):
    values = [1 + weights(channels), weights(channels), weights(channels), 0.5 + rng.random(channels, dtype=np.float32)]
    parts = [graph.constant(f"{name}_{i}", v) for i, v in enumerate(values)]
    return graph.node("BatchNormalization", [x, *parts], name, **settings)


def old():
    """Operator set 7: settings that later became inputs."""
    g = Graph()
    x = g.node("Pad", ["image"], "zeros", mode="constant", pads=[0, 0, 1, 2, 0, 0, 0, 1], value=0.0)
    x = g.node("Conv", [x, g.constant("w1", weights(6, 3, 3, 3))], "conv1", auto_pad="SAME_LOWER", strides=[2, 2])
    x = norm(g, x, "norm1", 6)
    x = g.node("Clip", [x], "clip", min=0.0, max=6.0)
    x = g.node("Dropout", [x], "dropout", order=None)
    x = g.node("AveragePool", [x], "pool", kernel_shape=[3, 3], auto_pad="SAME_UPPER", strides=[2, 1])
    x = g.node("Upsample", [x], "up", mode="nearest", scales=[1.0, 1.0, 2.0, 3.0])
    x = g.node("Conv", [x, g.constant("w2", weights(5, 6, 2, 2)), g.constant("b2", weights(5))], "conv2")
    x = g.node("PRelu", [x, g.constant("slopes", np.abs(weights(5, 1, 1)))], "prelu")
    x = g.node("ReduceMean", [x], "mean", axes=[2, 3], keepdims=0)
    x = g.node("Softmax", [x], "softmax", axis=1)
    save("old", g, x, (1, 3, 13, 12), 7)


def new():
    """Operator set 18: settings as inputs, and what came late."""
    g = Graph()
    x = g.node("Conv", ["image", g.constant("w1", weights(6, 3, 3, 3))], "conv1", pads=[1, 1, 1, 1])
    x = g.node("LRN", [x], "lrn", size=5, alpha=0.3, beta=0.75, bias=1.5)
    x = g.node("Mish", [x], "mish")
    sides = g.constant("sides", np.array([1, 0, 2, 1], np.int64))
    x = g.node("Pad", [x, sides, "", g.constant("axes", np.array([2, -1], np.int64))], "zeros")
    a = g.node("MaxPool", [x], "max", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    b = g.node("Conv", [x, g.constant("w2", weights(6, 6, 3, 3))], "conv2", strides=[2, 2], pads=[1, 1, 1, 1])
    c = g.node("Conv", [x, g.constant("w3", weights(6, 1, 3, 3))], "depthwise", group=6, strides=[2, 2], pads=[1, 1, 1, 1])
    x = g.node("Sum", [a, b, c], "sum")
    x = g.node("HardSwish", [x], "hardswish")
    sizes = g.constant("sizes", np.array([1, 6, 14, 21], np.int64))
    x = g.node(
        "Resize", [x, "", "", sizes], "linear", mode="linear", coordinate_transformation_mode="asymmetric"
    )
    scales = g.constant("scales", np.array([1, 1, 1, 2], np.float32))
    x = g.node("Resize", [x, "", scales], "nearest", mode="nearest")
    low, high = g.constant("low", np.float32(0)), g.constant("high", np.float32(1.5))
    x = g.node("Clip", [x, low, high], "clip")
    gate = g.node("GlobalAveragePool", [x], "squeeze")
    gate = g.node("Conv", [gate, g.constant("w4", weights(6, 6, 1, 1)), g.constant("b4", weights(6))], "excite")
    gate = g.node("HardSigmoid", [gate], "gate", alpha=0.25)
    x = g.node("Mul", [x, gate], "scaled")
    x = g.node("GlobalMaxPool", [x], "pool")
    x = g.node("Squeeze", [x, g.constant("pixel", np.array([2, 3], np.int64))], "vector", order=None)
    fc = [g.constant("w5", weights(6, 4)), g.constant("b5", weights(4))]
    x = g.node("Gemm", [x, *fc], "fc", alpha=0.5, beta=2.0)
    save("new", g, x, (1, 3, 11, 13), 18)


def enlarged():
    """Lines between pixel centres at a half, by even and odd factors, to sizes and by scales."""
    g = Graph()
    x = g.node("Conv", ["image", g.constant("w1", weights(4, 3, 3, 3))], "conv1")
    scales = g.constant("scales", np.array([1, 1, 2, 3], np.float32))
    x = g.node("Resize", [x, "", scales], "first", mode="linear")
    x = g.node("Conv", [x, g.constant("w2", weights(4, 4, 3, 3))], "conv2", strides=[2, 3])
    sizes = g.constant("sizes", np.array([1, 4, 16, 16], np.int64))
    x = g.node("Resize", [x, "", "", sizes], "second", mode="linear", coordinate_transformation_mode="pytorch_half_pixel")
    x = g.node("Conv", [x, g.constant("w3", weights(2, 4, 1, 1))], "conv3")
    save("enlarged", g, x, (1, 3, 7, 6), 13)


def channels_last():
    """As converters from TensorFlow write it: the image channels last, and turned around where a node wants that."""
    g = Graph()
    x = g.node("Transpose", ["image"], "in", order=None, perm=[0, 3, 1, 2])
    x = g.node("Conv", [x, g.constant("w1", weights(4, 3, 3, 3)), g.constant("b1", weights(4))], "conv1", strides=[2, 1])
    x = norm(g, x, "norm1", 4)
    x = g.node("Transpose", [x], "out", order=None, perm=[0, 2, 3, 1])
    x = g.node("Mul", [x, g.constant("scale", 1 + weights(4))], "times", order="NHWC")
    x = g.node("Add", [x, g.constant("shift", weights(1, 1, 1, 4))], "plus", order="NHWC")
    y = g.node("Relu", [x], "relu", order="NHWC")
    x = g.node("Concat", [x, y], "both", order="NHWC", axis=3)
    shape = g.constant("shape", np.array([-1, 4 * 8 * 8], np.int64))
    x = g.node("Reshape", [x, shape], "flat", order=None)
    x = g.node("MatMul", [x, g.constant("w2", weights(256, 5))], "dense", order=None)
    x = g.node("Add", [x, g.constant("b2", weights(5))], "dense_bias", order=None)
    x = g.node("Tanh", [x], "tanh")
    save("channels-last", g, x, (1, 9, 10, 3), 13, input_axes="NHWC")


def storage():
    """Weights as halves, doubles, brain floats, quantised integers, lists and constants of nodes; all beside the file."""
    g = Graph()
    half = g.node("Cast", [g.constant("half", weights(4, 3, 3, 3).astype(np.float16))], "half_cast", order=None, to=1)
    x = g.node("Conv", ["image", half], "halves")
    double = g.node("Cast", [g.constant("double", weights(4, 4, 1, 1).astype(np.float64))], "double_cast", order=None, to=1)
    x = g.node("Conv", [x, double], "doubles")
    brain = helper.make_tensor("brain", TensorProto.BFLOAT16, [4, 4, 1, 1], weights(16).tolist())
    g.initializers.append(brain)
    x = g.node("Conv", [x, g.node("Cast", ["brain"], "brain_cast", order=None, to=1)], "brains")
    small = [
        g.constant("bytes", rng.integers(-127, 128, (5, 4, 2, 2)).astype(np.int8)),
        g.constant("bytes_scale", (0.002 + 0.004 * rng.random(5)).astype(np.float32)),
        g.constant("bytes_zero", rng.integers(-5, 6, 5).astype(np.int8)),
    ]
    x = g.node("Conv", [x, g.node("DequantizeLinear", small, "bytes_float", order=None, axis=0)], "bytes_conv")
    floats = helper.make_tensor("floats", TensorProto.FLOAT, [3, 5, 1, 1], weights(15).tolist())
    g.initializers.append(floats)
    x = g.node("Conv", [x, "floats"], "floats_conv")
    inside = numpy_helper.from_array(weights(2, 3, 1, 1), "inside")
    x = g.node("Conv", [x, g.node("Constant", [], "inside", order=None, value=inside)], "inside_conv")
    x = g.node("Flatten", [x], "flat", order=None)
    turned = g.node("Transpose", [g.constant("fc", weights(3, 2 * 5 * 4))], "fc_turned", order=None, perm=[1, 0])
    x = g.node("MatMul", [x, turned], "fc_product")
    save("storage", g, x, (1, 3, 8, 7), 13, external=True)


old()
new()
channels_last()
storage()
enlarged()
