"""Runs an ONNX graph in PyTorch, in double precision, so that it can be differentiated: the operators that
make_onnxruntime.py uses, with the settings it gives them. What is not there raises KeyError.
"""

import onnx
import torch
from onnx import helper, numpy_helper
from torch.nn import functional as F


def run(model, image):
    """The graph's first output, from `image` as a tensor of doubles."""
    known = {"": None, model.graph.input[0].name: image}
    for initializer in model.graph.initializer:
        known[initializer.name] = tensor(initializer)
    for node in model.graph.node:
        settings = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        known[node.output[0]] = KINDS[node.op_type](settings, *(known[name] for name in node.input))
    return known[model.graph.output[0].name]


def tensor(stored):
    array = torch.tensor(numpy_helper.to_array(stored).astype("float64"))
    return array.long() if stored.data_type == onnx.TensorProto.INT64 else array


def padded(x, a, window, value=0.0):
    """Sides [top, left, bottom, right] of windows, given or by auto_pad."""
    strides, dilations = a.get("strides", [1, 1]), a.get("dilations", [1, 1])
    sides = list(a.get("pads", [0, 0, 0, 0]))
    auto = a.get("auto_pad", b"NOTSET").decode()
    if auto.startswith("SAME"):
        for i in range(2):
            size, step, extent = x.shape[2 + i], strides[i], (window[i] - 1) * dilations[i] + 1
            total = max(0, (-(-size // step) - 1) * step + extent - size)
            small, large = total // 2, total - total // 2
            sides[i], sides[2 + i] = (large, small) if auto == "SAME_LOWER" else (small, large)
    return F.pad(x, (sides[1], sides[3], sides[0], sides[2]), value=value)


def conv(a, x, weight, bias=None):
    x = padded(x, a, weight.shape[2:])
    return F.conv2d(x, weight, bias, a.get("strides", 1), 0, a.get("dilations", 1), a.get("group", 1))


def average(a, x):
    """Over what lies in the image."""
    window, strides = a["kernel_shape"], a.get("strides", 1)
    total = F.avg_pool2d(padded(x, a, window), window, strides)
    return total / F.avg_pool2d(padded(torch.ones_like(x), a, window), window, strides)


def lrn(a, x):
    """Each value over a power of the mean square of its neighbours among the channels."""
    before, after = (a["size"] - 1) // 2, a["size"] // 2
    squares = F.pad(x * x, (0, 0, 0, 0, before, after))
    sums = sum(squares[:, i : i + x.shape[1]] for i in range(a["size"]))
    return x / (a["bias"] + a["alpha"] / a["size"] * sums) ** a["beta"]


def pad(a, x, sides=None, value=None, axes=None):
    sides = a["pads"] if sides is None else sides.tolist()
    axes = range(x.dim()) if axes is None else axes.tolist()
    by_axis = [[0, 0] for _ in range(x.dim())]
    for i, axis in enumerate(axes):
        by_axis[axis] = [sides[i], sides[i + len(axes)]]
    return F.pad(x, [side for pair in reversed(by_axis) for side in pair])


def resize(a, x, roi=None, scales=None, sizes=None):
    """Lines or nearest, by the coordinates of the setting."""
    for axis in (2, 3):
        size = x.shape[axis]
        scale = float(scales[axis]) if scales is not None and len(scales) else int(sizes[axis]) / size
        at = torch.arange(int(size * scale + 1e-6), dtype=torch.float64)
        kind = a.get("coordinate_transformation_mode", b"half_pixel").decode()
        if kind == "asymmetric":
            at = at / scale
        elif kind == "half_pixel" or (kind == "pytorch_half_pixel" and len(at) > 1):
            at = (at + 0.5) / scale - 0.5
        else:
            raise KeyError(kind)
        if a["mode"] == b"nearest":
            at = torch.ceil(at - 0.5)  # round, halves down
        below = torch.floor(at).long()
        share = (at - below).reshape([-1 if i == axis else 1 for i in range(4)])
        low, high = below.clamp(0, size - 1), (below + 1).clamp(0, size - 1)
        x = x.index_select(axis, low) * (1 - share) + x.index_select(axis, high) * share
    return x


def dequantize(a, x, scale, zero):
    shape = [-1 if i == a["axis"] else 1 for i in range(x.dim())]
    return (x - zero.reshape(shape)) * scale.reshape(shape)


def batch_norm(a, x, scale, shift, mean, variance):
    return F.batch_norm(x, mean, variance, scale, shift, eps=a.get("epsilon", 1e-5))


KINDS = {
    "Add": lambda a, x, y: x + y,
    "AveragePool": average,
    "BatchNormalization": batch_norm,
    "Cast": lambda a, x: x,
    "Clip": lambda a, x, low=None, high=None: x.clamp(a.get("min", low), a.get("max", high)),
    "Concat": lambda a, *parts: torch.cat(parts, a["axis"]),
    "Constant": lambda a: tensor(a["value"]),
    "Conv": conv,
    "DequantizeLinear": dequantize,
    "Dropout": lambda a, x: x,
    "Flatten": lambda a, x: x.flatten(a.get("axis", 1)),
    "Gemm": lambda a, x, w, b: a["alpha"] * (x @ w) + a["beta"] * b,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "GlobalMaxPool": lambda a, x: x.amax((2, 3), keepdim=True),
    "HardSigmoid": lambda a, x: (a["alpha"] * x + a.get("beta", 0.5)).clamp(0, 1),
    "HardSwish": lambda a, x: x * (x / 6 + 0.5).clamp(0, 1),
    "LRN": lrn,
    "MatMul": lambda a, x, y: x @ y,
    "MaxPool": lambda a, x: F.max_pool2d(padded(x, a, a["kernel_shape"], float("-inf")), a["kernel_shape"], a["strides"]),
    "Mish": lambda a, x: F.mish(x),
    "Mul": lambda a, x, y: x * y,
    "PRelu": lambda a, x, slope: torch.where(x > 0, x, slope * x),
    "Pad": pad,
    "ReduceMean": lambda a, x: x.mean(tuple(a["axes"]), keepdim=bool(a["keepdims"])),
    "Relu": lambda a, x: F.relu(x),
    "Reshape": lambda a, x, shape: x.reshape(shape.tolist()),
    "Resize": resize,
    "Softmax": lambda a, x: x.softmax(a["axis"]),
    "Squeeze": lambda a, x, axes: x.reshape([n for i, n in enumerate(x.shape) if i not in axes.tolist()]),
    "Sum": lambda a, *parts: sum(parts),
    "Tanh": lambda a, x: x.tanh(),
    "Transpose": lambda a, x: x.permute(a["perm"]),
    "Upsample": lambda a, x: F.interpolate(x, scale_factor=a["scales"][2:], mode="nearest"),
}
