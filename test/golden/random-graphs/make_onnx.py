"""Random ONNX graphs of 3 to 8 nodes behind a first convolution, with what onnxruntime computes.

    python make_onnx.py COUNT SEED FILE      writes COUNT graphs as lines of JSON, gzipped

Nodes are drawn over axes as well as over values: transposing, reshaping, splitting, slicing, joining, broadcasting. Sizes are
few and often equal, so that an axis taken for another does not show in the shapes. The last node is a convolution, which
reads its axes as NCHW, or a flattening, whose order is the file's. Needs onnx, onnxruntime and numpy."""
import base64, gzip, json, random, sys
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

class Draw:
    def __init__(self, seed):
        self.r = random.Random(seed); self.n = np.random.default_rng(seed)
        self.opset = self.r.choice([11, 13, 17, 18, 20])
        self.nodes, self.inits, self.count = [], [], 0
        self.tensors = []                       # (name, shape)
        self.legacy_axes = self.opset < 13

    def name(self, p="t"):
        self.count += 1; return f"{p}{self.count}"

    def const(self, array):
        name = self.name("w"); self.inits.append(numpy_helper.from_array(array, name)); return name

    def floats(self, *shape, scale=0.5):
        return self.const((self.n.normal(size=shape) * scale).astype(np.float32))

    def ints(self, values):
        return self.const(np.array(values, np.int64))

    def add(self, op, inputs, shapes, **attrs):
        outs = [self.name() for _ in shapes]
        self.nodes.append(helper.make_node(op, inputs, outs, name=f"{op}_{self.count}", **attrs))
        for o, s in zip(outs, shapes): self.tensors.append((o, tuple(s)))
        return outs

def signed(r, axis, rank): return axis - rank if r.random() < .3 else axis

def conv(d, x, s, last=False):
    r = d.r
    if len(s) != 4: return False
    n, c, h, w = s
    k = (1, 1) if last else (r.choice([1, 2, 3]), r.choice([1, 2, 3]))
    groups = r.choice([g for g in (1, 2, 3, c) if c % g == 0]) if not last and r.random() < .4 else 1
    out = groups * r.choice([1, 2]) if groups > 1 else r.choice([2, 3, 4, 6])
    st = (1, 1) if last else (r.choice([1, 1, 2]), r.choice([1, 1, 2])); dl = (1, 1) if r.random() < .8 or last else (2, 1)
    pads = [0, 0, 0, 0] if last else [r.choice([0, 1]) for _ in range(4)]
    oh = (h + pads[0] + pads[2] - (k[0] - 1) * dl[0] - 1) // st[0] + 1; ow = (w + pads[1] + pads[3] - (k[1] - 1) * dl[1] - 1) // st[1] + 1
    if oh < 1 or ow < 1: return False
    ins = [x, d.floats(out, c // groups, *k)] + ([d.floats(out)] if r.random() < .5 else [])
    attrs = dict(kernel_shape=list(k), strides=list(st), dilations=list(dl), group=groups)
    if not last and r.random() < .2 and dl == (1, 1):
        attrs["auto_pad"] = r.choice(["SAME_UPPER", "SAME_LOWER"]); oh, ow = -(-h // st[0]), -(-w // st[1])
    else: attrs["pads"] = pads
    d.add("Conv", ins, [(n, out, oh, ow)], **attrs); return True

def pool(d, x, s):
    r = d.r
    if len(s) != 4: return False
    n, c, h, w = s; k = [r.choice([1, 2, 3]), r.choice([1, 2, 3])]; st = [r.choice([1, 2]), r.choice([1, 2])]
    pads = [min(r.choice([0, 0, 1]), k[i % 2] - 1) for i in range(4)]
    ceil = r.random() < .2
    def size(m, i):
        t = m + pads[i] + pads[i + 2] - k[i]
        if t < 0: return 0
        o = (-(-t // st[i]) if ceil else t // st[i]) + 1
        if ceil and (o - 1) * st[i] >= m + pads[i]: o -= 1
        return o
    oh, ow = size(h, 0), size(w, 1)
    if oh < 1 or ow < 1: return False
    attrs = dict(kernel_shape=k, strides=st, pads=pads, ceil_mode=int(ceil))
    op = r.choice(["MaxPool", "AveragePool"])
    if op == "AveragePool": attrs["count_include_pad"] = int(r.random() < .3)
    d.add(op, [x], [(n, c, oh, ow)], **attrs); return True

def unary(d, x, s):
    op = d.r.choice(["Relu", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Elu", "Softplus", "Identity", "Clip", "HardSigmoid", "Neg", "Abs"])
    d.add(op, [x] + ([d.const(np.float32(0)), d.const(np.float32(d.r.choice([1, 6])))] if op == "Clip" else []), [s]); return True

def broadcastable(d, s):
    t = [m if d.r.random() < .45 else 1 for m in s]
    while t and t[0] == 1 and d.r.random() < .6: t.pop(0)
    return tuple(t)

def arithmetic_constant(d, x, s):
    r = d.r; op = r.choice(["Add", "Mul", "Sub", "Div", "Max", "Min", "PRelu"]); t = broadcastable(d, s)
    if r.random() < .5 and len(s) >= 2:
        c = r.randrange(len(s)); t = tuple([s[c]] + [1] * (len(s) - c - 1))
    if op != "PRelu" and r.random() < .1 and 1 in s:    # the map is repeated along the constant
        i = s.index(1); t = tuple([r.choice([2, 3])] + [1] * (len(s) - i - 1))
    k = d.const(np.full(t, 1.5, np.float32) if r.random() < .2 else (np.abs(d.n.normal(size=t)) + .5).astype(np.float32))
    ins = [x, k] if r.random() < .7 or op in ("Div", "PRelu") else [k, x]
    d.add(op, ins, [np.broadcast_shapes(s, t)]); return True

def arithmetic(d, x, s):
    r = d.r
    others = []
    for y, t in d.tensors:
        try: others.append((y, t, np.broadcast_shapes(s, t)))
        except ValueError: pass
    y, t, out = r.choice(others)
    if np.prod(out) > 4000: return False
    d.add(r.choice(["Add", "Mul", "Sub", "Sum", "Max"]), [x, y] if r.random() < .5 else [y, x], [out]); return True

def transpose(d, x, s):
    perm = list(range(len(s))); d.r.shuffle(perm)
    if len(s) == 4 and d.r.random() < .5: perm = d.r.choice([[0, 2, 3, 1], [0, 3, 1, 2], [0, 1, 3, 2]])
    d.add("Transpose", [x], [[s[i] for i in perm]], perm=perm); return True

def factors(r, total, rank):
    out = []
    for _ in range(rank - 1):
        f = r.choice([m for m in range(1, total + 1) if total % m == 0]); out.append(f); total //= f
    out.append(total); r.shuffle(out); return out

def reshape(d, x, s):
    r = d.r; total = int(np.prod(s)); how = r.random(); rank = r.choice([2, 3, 4, 4, 5])
    if how < .25: t = [1, total]
    elif how < .45:                             # join two neighbours
        if len(s) < 2: return False
        i = r.randrange(len(s) - 1); t = list(s[:i]) + [s[i] * s[i + 1]] + list(s[i + 2:])
    elif how < .65:                             # cut one in two
        i = r.randrange(len(s)); f = r.choice([m for m in range(1, s[i] + 1) if s[i] % m == 0]); t = list(s[:i]) + [f, s[i] // f] + list(s[i + 1:])
    elif how < .75: t = [total // s[-1], s[-1]]
    elif how < .85:
        t = list(s)
        if len(t) > 1:
            i, j = r.sample(range(len(t)), 2); t[i], t[j] = t[j], t[i]
    else: t = [1] + factors(r, total, rank - 1)
    if len(t) > 6: return False
    asked = list(t)
    if r.random() < .4: asked[r.randrange(len(asked))] = -1
    zero = [i for i in range(min(len(asked), len(s))) if asked[i] == s[i]]
    attrs = {}
    if d.opset >= 14 and r.random() < .3: attrs["allowzero"] = 1
    elif zero and r.random() < .3: asked[r.choice(zero)] = 0
    if -1 in asked and asked.count(-1) == 1 and 0 in asked: pass
    target = d.ints(asked)
    if r.random() < .25 and 0 not in asked:     # as a little program on a Shape
        sh = d.add("Shape", [x], [(len(s),)])[0]; d.tensors.pop()
        i = r.randrange(len(s)); one = d.add("Gather", [sh, d.ints([i])], [(1,)], axis=0)[0]; d.tensors.pop()
        if s[i] in t:
            j = t.index(s[i]); rest = [a for a in t]
            parts = ([d.ints(rest[:j])] if j else []) + [one] + ([d.ints(rest[j + 1:])] if j + 1 < len(rest) else [])
            target = d.add("Concat", parts, [(len(t),)], axis=0)[0]; d.tensors.pop()
    d.add("Reshape", [x, target], [t], **attrs); return True

def flatten(d, x, s):
    axis = d.r.choice([1, 1, 1] + list(range(len(s) + 1)))
    if axis > len(s): return False
    d.add("Flatten", [x], [(int(np.prod(s[:axis])), int(np.prod(s[axis:])))], axis=axis); return True

def squeeze(d, x, s):
    ones = [i for i, m in enumerate(s) if m == 1]
    if d.r.random() < .5 and ones:
        gone = d.r.sample(ones, d.r.randint(1, len(ones))); t = [m for i, m in enumerate(s) if i not in gone]
        if not t: return False
        if d.legacy_axes: d.add("Squeeze", [x], [t], axes=sorted(gone))
        else: d.add("Squeeze", [x, d.ints(sorted(gone))], [t])
    else:
        if len(s) > 4: return False
        at = d.r.randint(0, len(s)); t = list(s); t.insert(at, 1)
        if d.legacy_axes: d.add("Unsqueeze", [x], [t], axes=[at])
        else: d.add("Unsqueeze", [x, d.ints([at])], [t])
    return True

def split(d, x, s):
    r = d.r; axes = [i for i, m in enumerate(s) if m >= 2]
    if not axes: return False
    a = r.choice(axes + ([1] if len(s) == 4 and s[1] >= 2 else []))
    cut = r.randint(1, s[a] - 1); sizes = [cut, s[a] - cut]
    shapes = [[*s[:a], m, *s[a + 1:]] for m in sizes]
    if d.opset < 13: d.add("Split", [x], shapes, axis=signed(r, a, len(s)), split=sizes)
    else: d.add("Split", [x, d.ints(sizes)], shapes, axis=signed(r, a, len(s)))
    return True

def slices(d, x, s):
    r = d.r; axes = [i for i, m in enumerate(s) if m >= 2]
    if not axes: return False
    a = r.choice(axes + ([1] if len(s) == 4 and s[1] >= 2 else [])); step = r.choice([1, 1, 2, -1])
    lo = r.randint(0, s[a] - 2); hi = r.randint(lo + 1, s[a]); start, end = (lo, hi) if step > 0 else (hi - 1, lo - 1 if lo else -s[a] - 1)
    if step > 0 and hi == s[a] and r.random() < .3: end = 2**31
    size = len(range(s[a])[slice(lo, hi, step)]) if step > 0 else hi - lo
    if size < 1: return False
    d.add("Slice", [x, d.ints([start]), d.ints([end]), d.ints([signed(r, a, len(s))]), d.ints([step])], [[*s[:a], size, *s[a + 1:]]]); return True

def gather(d, x, s):
    r = d.r; a = r.randrange(len(s))
    if len(s) == 4 and r.random() < .5: a = 1
    if r.random() < .3 and len(s) > 1:
        d.add("Gather", [x, d.const(np.int64(r.randrange(s[a])))], [[*s[:a], *s[a + 1:]]], axis=a)
    else:
        idx = [r.randrange(s[a]) for _ in range(r.randint(1, 4))]
        d.add("Gather", [x, d.ints(idx)], [[*s[:a], len(idx), *s[a + 1:]]], axis=a)
    return True

def concat(d, x, s):
    r = d.r; a = r.randrange(len(s))
    if len(s) == 4 and r.random() < .5: a = 1
    others = [(y, t) for y, t in d.tensors if len(t) == len(s) and all(m == n for i, (m, n) in enumerate(zip(s, t)) if i != a)]
    y, t = r.choice(others)
    d.add("Concat", [x, y], [[*s[:a], s[a] + t[a], *s[a + 1:]]], axis=signed(r, a, len(s))); return True

def softmax(d, x, s):
    a = d.r.randrange(len(s)); d.add("Softmax", [x], [s], axis=signed(d.r, a, len(s))); return True

def gemm(d, x, s):
    r = d.r
    if len(s) != 2: return False
    ta = int(r.random() < .15); tb = int(r.random() < .5); m, k = (s[1], s[0]) if ta else s; out = r.choice([2, 3, 4, 6])
    ins = [x, d.floats(*((out, k) if tb else (k, out)), scale=.3)] + ([d.floats(*r.choice([(out,), (1, out), (1,)]))] if r.random() < .6 else [])
    d.add("Gemm", ins, [(m, out)], transA=ta, transB=tb, alpha=r.choice([1., .5]), beta=r.choice([1., 2.])); return True

def matmul(d, x, s):
    out = d.r.choice([2, 3, 4, 6])
    if d.r.random() < .75 or len(s) < 2: d.add("MatMul", [x, d.floats(s[-1], out, scale=.3)], [[*s[:-1], out]])
    else: d.add("MatMul", [d.floats(out, s[-2], scale=.3), x], [[*s[:-2], out, s[-1]]])
    return True

def norm(d, x, s):
    if len(s) < 2: return False
    c = s[1]
    if d.r.random() < .25 and len(s) >= 3:
        d.add("InstanceNormalization", [x, d.floats(c), d.floats(c)], [s], epsilon=1e-3); return True
    d.add("BatchNormalization", [x, d.floats(c), d.floats(c), d.floats(c), d.const((np.abs(d.n.normal(size=c)) + .5).astype(np.float32))], [s], epsilon=1e-3); return True

def lrn(d, x, s):
    if len(s) != 4: return False
    d.add("LRN", [x], [s], size=d.r.choice([1, 3, 5]), alpha=.1, beta=.75, bias=1.); return True

def reduce(d, x, s):
    r = d.r; op = r.choice(["ReduceMean", "ReduceMax", "ReduceSum", "ReduceMin", "ReduceL2"]); keep = r.random() < .6
    if len(s) == 4 and r.random() < .5: axes = [2, 3]
    else: axes = sorted(r.sample(range(len(s)), r.randint(1, len(s))))
    t = [1 if i in axes else m for i, m in enumerate(s)] if keep else [m for i, m in enumerate(s) if i not in axes]
    if not t: return False
    if len(s) == 4 and r.random() < .3: d.add(r.choice(["GlobalAveragePool", "GlobalMaxPool"]), [x], [[*s[:2], 1, 1]]); return True
    if d.opset >= (13 if op == "ReduceSum" else 18): d.add(op, [x, d.ints(axes)], [t], keepdims=int(keep))
    else: d.add(op, [x], [t], keepdims=int(keep), axes=axes)
    return True

def pad(d, x, s):
    r = d.r; before = [0] * len(s); after = [0] * len(s)
    for i in (range(2, 4) if len(s) == 4 and r.random() < .6 else [r.randrange(len(s))]): before[i], after[i] = r.choice([0, 1]), r.choice([0, 1])
    mode = r.choice(["constant"] * 3 + ["reflect", "edge"]); value = r.choice([0., 0., 1.])
    if mode == "reflect" and any(max(b, a) >= m for b, a, m in zip(before, after, s)): return False
    ins = [x, d.ints(before + after)] + ([d.const(np.float32(value))] if mode == "constant" else [])
    d.add("Pad", ins, [[m + b + a for m, b, a in zip(s, before, after)]], mode=mode); return True

def resize(d, x, s):
    if len(s) != 4 or np.prod(s) > 700: return False
    r = d.r; f = [1., 1., r.choice([1., 2.]), r.choice([1., 2., 3.])]
    mode, centre, near = r.choice([("nearest", "asymmetric", "floor"), ("linear", "half_pixel", "floor"), ("linear", "asymmetric", "floor")])
    d.add("Resize", [x, "", d.const(np.array(f, np.float32))], [[int(m * g) for m, g in zip(s, f)]], mode=mode, coordinate_transformation_mode=centre, nearest_mode=near); return True

def shuffle(d, x, s):                           # channels in groups, the groups exchanged with their members
    if len(s) != 4: return False
    n, c, h, w = s; g = [m for m in (2, 3) if c % m == 0]
    if not g: return False
    g = d.r.choice(g); a = d.add("Reshape", [x, d.ints([n, g, c // g, h, w])], [(n, g, c // g, h, w)])[0]
    b = d.add("Transpose", [a], [(n, c // g, g, h, w)], perm=[0, 2, 1, 3, 4])[0]
    d.add("Reshape", [b, d.ints([n, -1, h, w])], [s]); return True

def rearrange(d, x, s):
    if len(s) != 4: return False
    n, c, h, w = s; op = d.r.choice(["DepthToSpace", "SpaceToDepth"])
    if op == "DepthToSpace":
        if c % 4: return False
        d.add(op, [x], [(n, c // 4, h * 2, w * 2)], blocksize=2, mode=d.r.choice(["DCR", "CRD"]))
    else:
        if h % 2 or w % 2: return False
        d.add(op, [x], [(n, c * 4, h // 2, w // 2)], blocksize=2)
    return True

def transposed_conv(d, x, s):
    if len(s) != 4: return False
    n, c, h, w = s; r = d.r; k = r.choice([2, 3]); st = r.choice([1, 2]); p = r.choice([0, 1]) if k > 2 else 0; out = r.choice([2, 3])
    oh, ow = (h - 1) * st + k - 2 * p, (w - 1) * st + k - 2 * p
    if oh < 1 or ow < 1 or oh * ow > 200: return False
    d.add("ConvTranspose", [x, d.floats(c, out, k, k)] + ([d.floats(out)] if r.random() < .5 else []), [(n, out, oh, ow)], kernel_shape=[k, k], strides=[st, st], pads=[p] * 4); return True

def gelu(d, x, s):
    a = d.add("Div", [x, d.const(np.float32(2**.5))], [s])[0]; b = d.add("Erf", [a], [s])[0]; c = d.add("Add", [b, d.const(np.float32(1))], [s])[0]
    e = d.add("Mul", [x, c], [s])[0]; d.add("Mul", [e, d.const(np.float32(.5))], [s]); return True

def swish(d, x, s):
    a = d.add("Sigmoid", [x], [s])[0]
    if d.r.random() < .3 and len(s) >= 2: transpose(d, a, s); b, t = d.tensors[-1]; 
    else: b, t = a, s
    try: out = np.broadcast_shapes(s, t)
    except ValueError: return False
    if np.prod(out) > 4000: return False
    d.add("Mul", [x, b], [out]); return True

def layer_norm(d, x, s):
    if d.opset < 17: return False
    axis = d.r.choice([-1, -1, 1]) if len(s) > 1 else -1; t = s[axis:]
    d.add("LayerNormalization", [x, d.floats(*t)] + ([d.floats(*t)] if d.r.random() < .6 else []), [s], axis=axis, epsilon=1e-3); return True

def powers(d, x, s):                            # of numbers from 1/2 on, or of any sign where the exponent is whole
    r = d.r; how = r.choice(["Sqrt", "Reciprocal", "root", "cube", "square"])
    if how in ("cube", "square"): d.add("Pow", [x, d.const(np.float32(2 if how == "square" else 3))], [s]); return True
    a = d.add("Abs", [x], [s])[0]; b = d.add("Add", [a, d.const(np.float32(.5))], [s])[0]
    if how == "root": d.add("Pow", [b, d.const(np.float32(r.choice([.5, -.5, 1.5])))], [s])
    else: d.add(how, [b], [s])
    return True

def written_norm(d, x, s):                      # layer, instance or group normalisation by its formula
    r = d.r; axes = r.choice([[len(s) - 1], [1] if len(s) > 1 else [0], [2, 3] if len(s) == 4 else [0], sorted(r.sample(range(len(s)), r.randint(1, len(s))))])
    keep = [1 if i in axes else m for i, m in enumerate(s)]
    def mean(y): return d.add("ReduceMean", [y, d.ints(axes)] if d.opset >= 18 else [y], [keep], keepdims=1, **({} if d.opset >= 18 else {"axes": axes}))[0]
    c = d.add("Sub", [x, mean(x)], [s])[0]
    q = d.add("Pow", [c, d.const(np.float32(2))], [s])[0] if r.random() < .6 else d.add("Mul", [c, c], [s])[0]
    v = d.add("Add", [mean(q), d.const(np.float32(1e-2))], [keep])[0]
    y = d.add("Div", [c, d.add("Sqrt", [v], [keep])[0]], [s])[0]
    if r.random() < .6:
        t = [m if i in axes else 1 for i, m in enumerate(s)]
        y = d.add("Mul", [y, d.floats(*t)], [s])[0]; d.add("Add", [y, d.floats(*t)], [s])
    return True

def extremes(d, x, s):
    d.add("Clip", [x, d.const(np.float32(-.5)), d.const(np.float32(.7))], [s]); return True

MOVES = [conv] * 3 + [pool] * 2 + [unary] * 2 + [arithmetic_constant] * 3 + [arithmetic] * 3 + [transpose] * 5 + [reshape] * 5 + [flatten] * 2 + [squeeze] * 2 + \
    [split] * 2 + [slices] * 2 + [gather] + [concat] * 3 + [softmax] * 2 + [gemm] * 2 + [matmul] * 2 + [norm] * 2 + [lrn] + [reduce] * 2 + [pad] * 2 + [resize] + [shuffle] + [rearrange] + [transposed_conv] + [gelu] + [swish] + [layer_norm] + [extremes] + [powers] + [written_norm] * 2

def graph(seed):
    d = Draw(seed); r = d.r
    shape = (1, r.choice([1, 3]), r.choice([4, 6]), r.choice([4, 6]))
    d.tensors.append(("image", shape)); conv(d, "image", shape)
    if len(d.tensors) == 1: return None
    d.tensors.pop(0)
    wanted = r.randint(3, 8)
    for _ in range(60):
        if len(d.nodes) > wanted: break
        x, s = d.tensors[-1] if r.random() < .75 else r.choice(d.tensors)
        if np.prod(s) > 2500: continue
        before = len(d.nodes), len(d.tensors)
        r.choice(MOVES)(d, x, s)
    x, s = d.tensors[-1]
    if not (len(s) == 4 and s[0] == 1 and r.random() < .5 and conv(d, x, s, last=True)):
        total = int(np.prod(s)); d.add("Reshape", [x, d.ints([1, -1])], [(1, total)])
    y, t = d.tensors[-1]
    if np.prod(t) > 1000: return None
    g = helper.make_graph(d.nodes, f"random{seed}", [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
                          [helper.make_tensor_value_info(y, TensorProto.FLOAT, None)], d.inits)
    return helper.make_model(g, opset_imports=[helper.make_opsetid("", d.opset)], ir_version=8), shape

def main(count, seed, path):
    options = ort.SessionOptions(); options.log_severity_level = 4; options.intra_op_num_threads = 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    b64 = lambda a: base64.b64encode(np.ascontiguousarray(a, np.float32).tobytes()).decode()
    done = bad = 0
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        while done < count:
            seed += 1
            try: made = graph(seed)
            except (IndexError, ValueError): made = None
            if made is None: continue
            model, shape = made
            x = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
            try: y, = ort.InferenceSession(model.SerializeToString(), options).run(None, {"image": x})
            except Exception: bad += 1; continue
            if not np.isfinite(y).all(): continue
            file.write((json.dumps({"seed": seed, "model": base64.b64encode(model.SerializeToString()).decode(), "input": b64(x), "shape": list(shape), "output": b64(y), "outputShape": list(y.shape)}) + "\n").encode())
            done += 1
    print(f"{done} graphs, {bad} drawn that onnxruntime does not take")

main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
