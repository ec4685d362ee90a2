"""Small Keras models with every layer and option that is read, saved as `.keras`, `.h5` and `.weights.h5`, with what Keras
computes. The same script serves Keras 3 (`pip install keras tensorflow-cpu`) and Keras 2 (`pip install tensorflow-cpu==2.15.*`);
files say which made them:

    python3 test/golden/keras/make.py [NAME ...]
"""

import base64
import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

try:
    import keras
except ImportError:
    from tensorflow import keras

VERSION = getattr(keras, "__version__", tf.__version__)
KERAS3 = VERSION.startswith("3")
HERE = pathlib.Path(__file__).parent
L = keras.layers
rng = np.random.default_rng(7)


def randomize(model):
    """Weights that make every option count: variances near one, everything else of either sign."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            randomize(layer)
            continue
        values = []
        for weight in layer.weights:
            name = weight.name.split("/")[-1].split(":")[0]
            shape = tuple(weight.shape)
            if isinstance(layer, L.Normalization):
                values.append(np.asarray(weight))
            elif name == "count":
                values.append(np.zeros(shape, weight.dtype if isinstance(weight.dtype, str) else "int64"))
            elif "variance" in name:
                values.append(rng.uniform(0.5, 1.5, shape).astype(np.float32))
            else:
                fan = max(1, int(np.prod(shape[:-1])))
                values.append((rng.standard_normal(shape) * (1.5 / np.sqrt(fan) if len(shape) > 1 else 0.5)).astype(np.float32))
        if values:
            layer.set_weights(values)


def encoded(array):
    values = np.asarray(array)[0].astype(np.float32)
    return {"shape": list(values.shape), "values": base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()}


def save(name, model, shape, twin=None):
    """Saves a model with what it computes, or, where it computes in halves, what a twin of single precision does."""
    saved = model
    randomize(model)
    if twin:
        twin.set_weights([np.asarray(tf.cast(weight, tf.float32)) for weight in model.weights])
        model = twin
    image = rng.standard_normal((1, *shape)).astype(np.float32)
    layers = {}
    functional = model if not isinstance(model, keras.Sequential) else keras.Model(model.inputs, model.outputs)
    for layer in model.layers:
        if isinstance(layer, L.InputLayer) or hasattr(layer, "layers"):
            continue
        nodes = getattr(layer, "_inbound_nodes", [])
        if len(nodes) != 1 and not isinstance(model, keras.Sequential):
            continue
        probe = keras.Model(functional.inputs, layer.output)
        layers[layer.name] = encoded(probe(image, training=False))
    with tf.GradientTape() as tape:
        given = tf.constant(image)
        tape.watch(given)
        output = model(given, training=False)
        weights = rng.standard_normal(output.shape).astype(np.float32)
        target = tf.reduce_sum(output * weights)
    golden = {
        "made_by": f"Keras {VERSION}, TensorFlow {tf.__version__}",
        "input": encoded(image),
        "layers": layers,
        "output": encoded(output),
        "output_weights": encoded(weights),
        "input_gradient": encoded(tape.gradient(target, given)),
    }
    stem = f"{name}-{3 if KERAS3 else 2}"
    (HERE / f"{stem}.json").write_text(json.dumps(golden) + "\n")
    model = saved
    model.save(HERE / f"{stem}.h5")
    try:
        model.save(HERE / f"{stem}.keras")
    except TypeError:
        # Keras 2 cannot write `x[..., ::-1]` into its later format.
        (HERE / f"{stem}.keras").unlink(missing_ok=True)
    if name == "plain":
        model.save_weights(HERE / f"{stem}.weights.h5")
        if KERAS3:
            model.save_weights(HERE / "sharded" / f"{stem}.weights.json", max_shard_size=2e-6)
        else:
            model.save_weights(HERE / f"{stem}.listed.h5", save_format="h5")
    print(stem, sum(int(np.prod(w.shape)) for w in model.weights), "parameters")


def plain():
    return keras.Sequential(
        [
            keras.Input((13, 14, 3)),
            L.Rescaling(0.5, offset=-0.25),
            L.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="strided"),
            L.Conv2D(6, (3, 2), padding="valid", use_bias=False, name="oblong"),
            L.BatchNormalization(epsilon=0.01, name="norm"),
            L.Activation("relu"),
            L.Conv2D(4, 3, dilation_rate=2, padding="same", name="dilated"),
            L.Conv2D(6, 1, groups=2, activation="tanh", name="grouped"),
            L.MaxPooling2D(2, strides=1, padding="same"),
            L.AveragePooling2D(3, strides=2, padding="same"),
            L.Dropout(0.5),
            L.BatchNormalization(scale=False, center=False, name="bare_norm"),
            L.Flatten(),
            L.Dense(5, name="dense"),
            L.Softmax(),
        ],
        name="plain",
    )


def activations():
    image = x = keras.Input((6, 6, 2), name="image")
    made = []
    words = ["relu", "elu", "selu", "gelu", "swish", "hard_sigmoid", "softplus", "softsign", "tanh", "sigmoid", "relu6", "linear"]
    if KERAS3:
        words += ["silu", "leaky_relu", "mish"]
    for word in words:
        activation = tf.nn.relu6 if word == "relu6" and not KERAS3 else word
        if word == "relu6" and not KERAS3:
            made.append(L.ReLU(6.0, name="word_relu6")(L.Conv2D(2, 1, name="for_relu6")(image)))
        else:
            made.append(L.Conv2D(2, 1, activation=activation, name=f"word_{word}")(image))
    slope = "negative_slope" if KERAS3 else "alpha"
    for name, layer in {
        "leaky": L.LeakyReLU(**{slope: 0.2}),
        "leaky_default": L.LeakyReLU(),
        "ceiling": L.ReLU(max_value=1.0),
        "negative": L.ReLU(negative_slope=0.1),
        "elu": L.ELU(alpha=0.5),
        "prelu": L.PReLU(shared_axes=[1, 2]),
        "prelu_full": L.PReLU(),
        "softmax": L.Softmax(),
        "hard": L.Activation("hard_sigmoid"),
    }.items():
        layer._name = f"layer_{name}"
        if KERAS3:
            layer.name = f"layer_{name}"
        made.append(layer(L.Conv2D(2, 1, name=f"before_{name}")(image)))
    x = L.Concatenate(name="all")(made)
    return keras.Model(image, L.Conv2D(3, 2, name="last")(x), name="activations")


def branches():
    image = keras.Input((12, 12, 3), name="image")
    x = L.Normalization(mean=[0.1, -0.2, 0.3], variance=[1.0, 2.0, 0.5], name="standard")(image)
    x = L.ZeroPadding2D(((1, 2), (0, 1)), name="padded")(x)
    x = L.Conv2D(8, 3, padding="valid", name="stem")(x)
    a = L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="relu", name="deep")(x)
    b = L.SeparableConv2D(16, 3, depth_multiplier=2, padding="same", name="apart")(x)
    x = L.Add(name="sum")([a, b])
    squeezed = L.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x)
    excited = L.Conv2D(16, 1, activation="sigmoid", name="excite")(squeezed)
    x = L.Multiply(name="scaled")([x, excited])
    up = L.UpSampling2D(2, interpolation="nearest", name="near")(L.MaxPooling2D(2, padding="valid", name="half")(x))
    smooth = L.UpSampling2D(2, interpolation="bilinear", name="smooth")(L.AveragePooling2D(2, name="mean")(x))
    x = L.Concatenate(axis=-1, name="joined")([up, smooth])
    x = L.SpatialDropout2D(0.3)(x)
    x = L.GlobalMaxPooling2D(name="top")(x)
    x = L.Reshape((4, 4, 2), name="square")(x)
    x = L.Conv2D(3, 3, strides=(1, 2), padding="same", name="last")(x)
    return keras.Model(image, L.GlobalAveragePooling2D(name="out")(x), name="branches")


def nested():
    block = keras.Sequential(
        [keras.Input((8, 8, 4)), L.Conv2D(4, 3, padding="same", name="conv"), L.BatchNormalization(name="bn"), L.ReLU()], name="block"
    )
    inner_image = keras.Input((8, 8, 4))
    wide = L.Conv2D(4, 1, name="conv")(inner_image)
    inner = keras.Model(inner_image, L.Add()([wide, inner_image]), name="residual")
    image = keras.Input((8, 8, 3), name="image")
    x = L.Conv2D(4, 3, padding="same", name="conv")(image)
    x = block(x)
    x = inner(x)
    shared = L.Conv2D(4, 3, padding="same", activation="relu", name="shared")
    x = shared(shared(x))
    x = block(x)
    return keras.Model(image, L.Conv2D(2, 1, name="last")(x), name="nested")


def operators():
    """Operators of Keras 3 between maps and numbers, and what is put together of several operations."""
    ops = keras.ops
    image = keras.Input((6, 7, 3), name="image")
    x = L.Rescaling(np.array([0.5, 2.0, -1.0]), np.array([0.1, 0.2, 0.3]), name="scaled")(image)
    x = L.Conv2D(4, 3, activation="hard_silu", name="stem")(x)
    gate = ops.relu6(x + 3.0) * (1.0 / 6.0)
    x = L.Multiply(name="gated")([x, gate])
    x = L.Average(name="average")([2.0 * x, 1.5 - x, x / 4.0])
    y = L.Activation("hard_swish", name="hard")(L.Conv2D(4, 1, name="other")(x))
    x = L.Subtract(name="less")([x, y])
    x = x - ops.leaky_relu(y) + ops.gelu(x) - ops.elu(y, alpha=0.5) + ops.maximum(y, 0.0) * ops.sigmoid(x)
    pooled = ops.mean(x, axis=(1, 2), keepdims=True)
    x = ops.reshape(ops.silu(x * pooled), (-1, 80))
    return keras.Model(image, L.Dense(3, name="last")(x), name="operators")


def prepared():
    """`preprocess_input` of applications inside a model, and operators between maps and numbers in the words of each Keras."""
    image = keras.Input((6, 8, 3), name="image")
    modes = {"caffe": "resnet50", "tf": "mobilenet_v2", "torch": "densenet"}
    made = []
    for mode, application in modes.items():
        x = getattr(keras.applications, application).preprocess_input(image)
        made.append(L.Conv2D(4, 3, padding="same", name=f"after_{mode}")(x))
    made.append(L.Conv2D(4, 3, padding="same", name="after_reversed")(image[..., ::-1]))
    made.append(L.Conv2D(4, 3, padding="same", name="after_two")(image[..., 1:]))
    x = L.Add(name="sum")(made) * 0.01
    math = keras.ops if KERAS3 else tf
    gate = math.nn.relu6(x + 3.0) * (1.0 / 6.0)
    x = L.Multiply(name="gated")([x, gate])
    y = 1.0 - x
    x = (math.concatenate if KERAS3 else math.concat)([x + y * x, -y, math.nn.relu(x) / 4.0], -1)
    x = (math.cast)(x, "float32")
    mean = math.mean(x, axis=[1, 2], keepdims=True) if KERAS3 else math.reduce_mean(x, [1, 2], keepdims=True)
    x = math.nn.softmax(L.Conv2D(5, 3, name="narrow")(x * mean))
    return keras.Model(image, L.Conv2D(2, 1, name="last")(x), name="prepared")


def base():
    """A small network with the layers of MobileNet V2, as a base for others. Keras 2 has slashes in names of layers, as in MobileNet V3."""
    mark = "_" if KERAS3 else "/"
    image = keras.Input((16, 16, 3), name="base_image")
    x = L.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="Conv1")(image)
    x = given = L.ReLU(6.0, name="Conv1_relu")(L.BatchNormalization(name=f"Conv1{mark}BatchNorm")(x))
    x = L.Conv2D(16, 1, use_bias=False, name=f"expand{mark}conv")(x)
    x = L.ReLU(6.0, name="expand_relu")(L.BatchNormalization(name=f"expand{mark}BatchNorm")(x))
    x = L.DepthwiseConv2D(3, padding="same", use_bias=False, name="depthwise")(x)
    x = L.ReLU(6.0, name="depthwise_relu")(L.BatchNormalization(name="depthwise_BN")(x))
    x = L.BatchNormalization(name="project_BN")(L.Conv2D(8, 1, use_bias=False, name="project")(x))
    return keras.Model(image, L.Add(name="add")([given, x]), name="base")


def tutorial():
    """Transfer learning as Keras's guide does it: augmentation, preprocessing, a frozen base called as in inference, a new head."""
    network = base()
    network.trainable = False
    augmentation = keras.Sequential([L.RandomFlip("horizontal"), L.RandomRotation(0.2)], name="augmentation")
    image = keras.Input((16, 16, 3), name="image")
    x = keras.applications.mobilenet_v2.preprocess_input(augmentation(image))
    x = L.GlobalAveragePooling2D(name="pooled")(network(x, training=False))
    x = L.Dense(1, name="prediction")(L.Dropout(0.2)(x))
    return keras.Model(image, x, name="tutorial")


def retrieval():
    """The same with preprocessing of the other kinds, a rescaling, and without a model in the model."""
    network = base()
    x = keras.applications.vgg16.preprocess_input(network.input)
    image = network.input
    inner = keras.Model(network.input, network.output)
    x = L.Rescaling(1 / 64, offset=0.5, name="rescaled")(x)
    x = L.BatchNormalization(name="bottom")(inner(x))
    x = L.Flatten(name="flat")(x)
    x = L.Dense(6, activation="relu", name="hidden")(x)
    return keras.Model(image, L.Dense(3, activation="softmax", name="classes")(L.Dropout(0.5)(x)), name="retrieval")


def twins():
    """Two blocks alike, down to the names of their layers, in one model that is a layer of another."""

    def block(name):
        inside = [L.Conv2D(4, 3, padding="same", name="conv"), L.BatchNormalization(name="bn"), L.ReLU(name="relu")]
        return keras.Sequential([keras.Input((6, 6, 4)), *inside], name=name)

    outer = keras.Sequential([keras.Input((6, 6, 4)), block("a"), block("b"), L.Conv2D(4, 1, name="conv")], name="outer")
    layers = [keras.Input((6, 6, 3)), L.Conv2D(4, 1, name="stem"), outer, L.Conv2D(2, 1, name="last")]
    return keras.Sequential(layers, name="twins")


def halves():
    image = keras.Input((9, 9, 3), name="image")
    x = L.Conv2D(6, 3, padding="same", activation="relu", name="first")(image)
    x = L.BatchNormalization(name="norm")(x)
    x = L.DepthwiseConv2D(3, name="deep")(x)
    x = L.Conv2D(4, 1, activation="tanh", name="second")(x)
    return keras.Model(image, L.Dense(3, name="last")(L.Flatten(name="flat")(x)), name="halves")


def of_precision(policy):
    keras.mixed_precision.set_global_policy(policy)
    model = halves()
    keras.mixed_precision.set_global_policy("float32")
    save(policy.replace("_", "-"), model, (9, 9, 3), twin=halves())


def adapted():
    """Statistics learnt from data, which stand in the weights and not in the configuration."""
    standard = L.Normalization(name="standard")
    standard.adapt(rng.standard_normal((40, 7, 7, 3)) * [2.0, 0.5, 1.0] + [1.0, 0.0, -3.0])
    image = keras.Input((7, 7, 3), name="image")
    return keras.Model(image, L.Conv2D(4, 3, name="last")(standard(image)), name="adapted")


def enlarged():
    image = x = keras.Input((5, 4, 3), name="image")
    x = L.UpSampling2D((3, 4), interpolation="bilinear", name="smooth")(x)
    x = L.Conv2D(3, 3, strides=3, name="between")(x)
    x = L.UpSampling2D((1, 6), interpolation="bilinear", name="wide")(x)
    return keras.Model(image, L.Conv2D(2, 1, name="last")(x), name="enlarged")


def big_endian():
    """The file of `plain` with the first byte of every number last: no Keras writes this, but other programs that hold HDF5 do."""
    import h5py

    def turned(name, item):
        if isinstance(item, h5py.Dataset):
            copy.create_dataset(name, data=item[()].astype(item.dtype.newbyteorder(">")))
        else:
            copy.require_group(name)
        copy[name].attrs.update(item.attrs)

    version = 3 if KERAS3 else 2
    with h5py.File(HERE / f"plain-{version}.h5") as given, h5py.File(HERE / f"plain-{version}.big-endian.h5", "w") as copy:
        copy.attrs.update(given.attrs)
        given.visititems(turned)


ALL = {
    "plain": lambda: save("plain", plain(), (13, 14, 3)),
    "activations": lambda: save("activations", activations(), (6, 6, 2)),
    "branches": lambda: save("branches", branches(), (12, 12, 3)),
    "nested": lambda: save("nested", nested(), (8, 8, 3)),
    "operators": lambda: save("operators", operators(), (6, 7, 3)) if KERAS3 else None,
    "prepared": lambda: save("prepared", prepared(), (6, 8, 3)),
    "tutorial": lambda: save("tutorial", tutorial(), (16, 16, 3)),
    "retrieval": lambda: save("retrieval", retrieval(), (16, 16, 3)),
    "twins": lambda: save("twins", twins(), (6, 6, 3)),
    "float16": lambda: of_precision("float16"),
    "bfloat16": lambda: of_precision("bfloat16"),
    "mixed_float16": lambda: of_precision("mixed_float16"),
    "enlarged": lambda: save("enlarged", enlarged(), (5, 4, 3)),
    "big_endian": big_endian,
    "adapted": lambda: save("adapted", adapted(), (7, 7, 3)),
}
for wanted in sys.argv[1:] or ALL:
    ALL[wanted]()
