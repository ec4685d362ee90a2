"""Random ONNX graphs of operations that rearrange, normalise, enlarge and join maps, with what onnxruntime computes.

    python make_nodes.py COUNT SEED FILE      writes COUNT graphs as lines of JSON, gzipped

Each graph is a convolution, one to three of the operations with settings drawn at random, and a convolution. Needs onnx,
onnxruntime and numpy."""
import base64, gzip, json, random, sys
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper


class Graph:
    def __init__(self, seed):
        self.r, self.n = random.Random(seed), np.random.default_rng(seed)
        self.opset = self.r.choice([13, 17, 18, 21])
        self.nodes, self.inits = [], []

    def const(self, values, kind=np.float32):
        name = f"w{len(self.inits)}"
        self.inits.append(numpy_helper.from_array(np.array(values, kind), name))
        return name

    def floats(self, *shape):
        return self.const(self.n.normal(size=shape) * 0.6)

    def add(self, op, inputs, **attributes):
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=f"{op}_{len(self.nodes)}", **attributes))
        return name


def conv(g, x, s, out):
    return g.add("Conv", [x, g.floats(out, s[0], 1, 1), g.floats(out)]), (out, s[1], s[2])


def conv_transpose(g, x, s):
    r = g.r
    groups = r.choice([n for n in (1, 2, 3) if s[0] % n == 0])
    out, k = r.randint(1, 3), [r.randint(1, 4), r.randint(1, 4)]
    strides, dilations = [r.randint(1, 3), r.randint(1, 3)], [r.randint(1, 2), r.randint(1, 2)]
    attributes = {"group": groups, "strides": strides, "dilations": dilations}
    reach = [(k[i] - 1) * dilations[i] + 1 for i in (0, 1)]
    style = r.choice(["pads", "pads", "auto", "shape"])
    if style == "auto":
        attributes["auto_pad"] = r.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
    elif style == "shape":
        attributes["output_shape"] = [(s[1 + i] - 1) * strides[i] + reach[i] - r.randint(0, min(2, reach[i] - 1)) for i in (0, 1)]
        attributes["auto_pad"] = r.choice(["NOTSET", "SAME_UPPER"])
    else:
        attributes["pads"] = [r.randint(0, min(2, reach[i % 2] - 1)) // 1 for i in range(4)]
        attributes["output_padding"] = [r.randint(0, strides[i] - 1) for i in (0, 1)]
    inputs = [x, g.floats(s[0], out, *k)] + ([g.floats(out * groups)] if r.random() < 0.7 else [])
    return g.add("ConvTranspose", inputs, **attributes)


def pad(g, x, s):
    r = g.r
    mode = r.choice(["constant", "constant", "reflect", "edge"])
    value = r.choice([0, 0, 0.5, -1.25]) if mode == "constant" else 0
    channels = [r.randint(-1, 2), r.randint(0, 2)] if mode == "constant" and value == 0 and r.random() < 0.4 else [0, 0]
    low = -1 if mode == "constant" else 0
    sides = [[0, 0], channels, [r.randint(low, 2), r.randint(low, 2)], [r.randint(low, 2), r.randint(low, 2)]]
    pads = [side[0] for side in sides] + [side[1] for side in sides]
    return g.add("Pad", [x, g.const(pads, np.int64), g.const(value)], mode=mode)


def cut(g, x, s):
    r = g.r
    axes = r.sample([1, 2, 3], r.randint(1, 2))
    starts = [r.randint(0, 1) for _ in axes]
    ends = [r.choice([10**6, -1, s[a - 1]]) for a in axes]
    steps = [r.choice([1, 1, 2]) for _ in axes]
    return g.add("Slice", [x] + [g.const(v, np.int64) for v in (starts, ends, axes, steps)])


def depth_to_space(g, x, s):
    if s[0] % 4:
        return None
    return g.add("DepthToSpace", [x], blocksize=2, mode=g.r.choice(["DCR", "CRD"]))


def space_to_depth(g, x, s):
    if s[1] % 2 or s[2] % 2:
        return None
    return g.add("SpaceToDepth", [x], blocksize=2)


def shuffle(g, x, s):
    """Pixel shuffles and channel shuffles as PyTorch writes them."""
    c, h, w = s
    style = g.r.choice(["shuffle", "unshuffle", "channels"])
    if style == "shuffle" and c % 4 == 0:
        y = g.add("Reshape", [x, g.const([1, c // 4, 2, 2, h, w], np.int64)])
        y = g.add("Transpose", [y], perm=g.r.choice([[0, 1, 4, 2, 5, 3]]))
        return g.add("Reshape", [y, g.const([1, c // 4, 2 * h, 2 * w], np.int64)])
    if style == "unshuffle" and h % 2 == 0 and w % 2 == 0:
        y = g.add("Reshape", [x, g.const([1, c, h // 2, 2, w // 2, 2], np.int64)])
        y = g.add("Transpose", [y], perm=g.r.choice([[0, 1, 3, 5, 2, 4], [0, 3, 5, 1, 2, 4]]))
        return g.add("Reshape", [y, g.const([1, 4 * c, h // 2, w // 2], np.int64)])
    if c % 2:
        return None
    y = g.add("Transpose", [g.add("Reshape", [x, g.const([1, 2, c // 2, h, w], np.int64)])], perm=[0, 2, 1, 3, 4])
    return g.add("Reshape", [y, g.const([1, c, h, w], np.int64)])


def norm(g, x, s):
    r, c = g.r, s[0]
    kinds = ["instance", "reshaped"] + (["layer", "whole"] if g.opset >= 17 else []) + (["group"] if g.opset >= 21 else [])
    kind = r.choice(kinds)
    epsilon = r.choice([1e-5, 0.1])
    groups = r.choice([n for n in (1, 2, 3, c) if c % n == 0])
    if kind == "instance":
        return g.add("InstanceNormalization", [x, g.floats(c), g.floats(c)], epsilon=epsilon)
    if kind == "layer":
        y = g.add("Transpose", [x], perm=[0, 2, 3, 1])
        y = g.add("LayerNormalization", [y, g.floats(c)] + ([g.floats(c)] if r.random() < 0.7 else []), axis=r.choice([-1, 3]), epsilon=epsilon)
        return g.add("Transpose", [y], perm=[0, 3, 1, 2])
    if kind == "whole":
        return g.add("LayerNormalization", [x, g.const(np.full(s, 0.7))], axis=1, epsilon=epsilon)
    if kind == "group":
        return g.add("GroupNormalization", [x, g.floats(c), g.floats(c)], num_groups=groups, epsilon=epsilon)
    y = g.add("Reshape", [x, g.const([0, groups, -1], np.int64)])
    y = g.add("InstanceNormalization", [y, g.const(np.ones(groups)), g.const(np.zeros(groups))], epsilon=epsilon)
    y = g.add("Reshape", [y, g.const([1, *s], np.int64)])
    return g.add("Add", [g.add("Mul", [y, g.floats(c, 1, 1)]), g.floats(c, 1, 1)])


def joined(g, x, s):
    r = g.r
    other, _ = conv(g, x, s, s[0])
    kind = r.choice(["Max", "Min", "Add", "Mul", "Sub", "Div", "gate", "rows", "spatial", "number", "clip"])
    if kind in ("Max", "Min"):
        return g.add(kind, [x, other] + ([g.const(r.choice([0.1, -0.4]))] if r.random() < 0.4 else []))
    if kind in ("Add", "Mul", "Sub"):
        return g.add(kind, [x, other])
    if kind == "Div":
        return g.add("Div", [x, g.add("Add", [g.add("Mul", [other, other]), g.const(1.5)])])
    if kind == "gate":
        one, _ = conv(g, x, s, 1)
        return g.add(r.choice(["Mul", "Add", "Max"]), r.sample([x, g.add("Sigmoid", [one])], 2))
    if kind == "rows":
        axis = r.choice([2, 3])
        mean = g.add("ReduceMean", [x], axes=[axis]) if g.opset < 18 else g.add("ReduceMean", [x, g.const([axis], np.int64)])
        return g.add(r.choice(["Mul", "Add"]), [x, mean])
    if kind == "spatial":
        ways = [g.add(op, [x], axes=[1]) if g.opset < 18 else g.add(op, [x, g.const([1], np.int64)]) for op in ("ReduceMean", "ReduceMax")]
        both = g.add("Concat", ways, axis=1)
        gate = g.add("Sigmoid", [g.add("Conv", [both, g.floats(1, 2, 3, 3)], pads=[1, 1, 1, 1])])
        return g.add("Mul", [x, gate])
    if kind == "number":
        return g.add(r.choice(["Max", "Min"]), [x, g.const(r.choice([0, 0.25, -0.5]))])
    low, high = r.choice([(-0.5, 0.75), (0, 0.4), (None, 0.2), (-0.3, None)])
    return g.add("Clip", [x, g.const(low) if low is not None else "", g.const(high) if high is not None else ""])


def prelu(g, x, s):
    shape = g.r.choice([(1,), (s[0], 1, 1), s, (1, s[1], 1), (1, 1, s[2]), (s[0], 1, s[2])])
    return g.add("PRelu", [x, g.floats(*shape)])


STEPS = [conv_transpose, conv_transpose, pad, pad, cut, depth_to_space, space_to_depth, shuffle, norm, norm, joined, joined, prelu]


def graph(seed):
    g = Graph(seed)
    shape = (3, g.r.randint(3, 6), g.r.randint(3, 6))
    x, s = conv(g, "image", shape, g.r.choice([4, 4, 6, 8]))
    for _ in range(g.r.randint(1, 3)):
        made = g.r.choice(STEPS)(g, x, s)
        if made is None:
            return None
        x = made
        model = onnx.shape_inference.infer_shapes(model_of(g, shape, x, None))
        found = [v for v in [*model.graph.value_info, *model.graph.output] if v.name == x]
        dims = [d.dim_value for d in found[0].type.tensor_type.shape.dim]
        if len(dims) != 4 or min(dims) < 1 or np.prod(dims) > 3000:
            return None
        s = tuple(dims[1:])
    x, s = conv(g, x, s, 2)
    return model_of(g, shape, x, [1, *s]), (1, *shape)


def model_of(g, shape, output, dims):
    given = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, *shape])
    made = helper.make_tensor_value_info(output, TensorProto.FLOAT, dims)
    parts = helper.make_graph(g.nodes, "operations", [given], [made], g.inits)
    return helper.make_model(parts, opset_imports=[helper.make_opsetid("", g.opset)], ir_version=9)


def main(count, seed, path):
    options = ort.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    b64 = lambda a: base64.b64encode(np.ascontiguousarray(a, np.float32).tobytes()).decode()
    done = refused = 0
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        while done < count:
            seed += 1
            try:
                made = graph(seed)
                if made is None:
                    continue
                model, shape = made
                x = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
                (y,) = ort.InferenceSession(model.SerializeToString(), options).run(None, {"image": x})
            except Exception:
                refused += 1
                continue
            if not np.isfinite(y).all():
                continue
            line = {"seed": seed, "model": base64.b64encode(model.SerializeToString()).decode(), "input": b64(x), "shape": list(shape), "output": b64(y), "outputShape": list(y.shape)}
            file.write((json.dumps(line) + "\n").encode())
            done += 1
    print(f"{done} graphs, {refused} drawn that onnxruntime does not take")


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
