"""Small networks put through the tensorflowjs converter to GraphModels, frozen, folded and fused as it does it, with what
TensorFlow computes: outputs of layers, and the gradient of the input. Needs tensorflow (or tensorflow-cpu), tf_keras and
tensorflowjs:

    python3 test/golden/graph-model/make.py
"""

import base64
import json
import pathlib
import shutil
import sys
import tempfile
import types

import numpy as np
import tensorflow as tf
import tf_keras
from tf_keras import layers as L

# The converter imports what it needs for other formats only.
sys.modules.setdefault("tensorflow_decision_forests", types.ModuleType("tensorflow_decision_forests"))
sys.modules["tensorflowjs.converters.jax_conversion"] = types.SimpleNamespace(convert_jax=None)
from tensorflowjs import __version__ as converter_version
from tensorflowjs.converters import tf_saved_model_conversion_v2 as converter

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(5)


def encoded(array):
    values = np.asarray(array, np.float32)[0]
    return {"shape": list(values.shape), "values": base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()}


def convert(module, signature, name, **options):
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures=signature)
        out = HERE / name
        shutil.rmtree(out, ignore_errors=True)
        converter.convert_tf_saved_model(folder, str(out), **options)


def save(name, function, module, shape, **options):
    """`function` maps an image to `(output, {layer: value})`."""
    image = tf.constant(rng.random(shape, dtype=np.float32))
    with tf.GradientTape() as tape:
        tape.watch(image)
        output, values = function(image)
        weights = tf.constant(rng.standard_normal(output.shape).astype(np.float32))
        total = tf.reduce_sum(output * weights)
    fixture = {
        "made_by": f"tensorflow {tf.__version__}, tf_keras {tf_keras.__version__}, tensorflowjs {converter_version}",
        "input": encoded(image),
        "layers": {layer: encoded(value) for layer, value in values.items()},
        "output": encoded(output),
        "output_weights": encoded(weights),
        "input_gradient": encoded(tape.gradient(total, image)),
    }
    spec = tf.TensorSpec([None, *shape[1:]], tf.float32, name="image")
    serving = tf.function(lambda image: {"output": function(image)[0]}, input_signature=[spec])
    module.serve = serving
    convert(module, serving, name, **options)
    (HERE / f"{name}.json").write_text(json.dumps(fixture))


def randomized(model):
    for layer in model.layers:
        values = []
        for variable in layer.weights:
            noise = rng.standard_normal(variable.shape).astype(np.float32)
            if "variance" in variable.name:
                values.append(0.5 + np.abs(noise) / 2)
            elif "gamma" in variable.name:
                values.append(1 + noise / 4)
            elif "alpha" in variable.name:
                values.append(np.abs(noise) / 4)
            else:
                values.append(noise * (0.3 if noise.ndim > 1 else 0.2))
        layer.set_weights(values)
    return model


def save_keras(name, model, keep, **options):
    randomized(model)
    probe = tf_keras.Model(model.input, [model.output, *[model.get_layer(n).output for n in keep]])

    def run(image):
        output, *values = probe(image, training=False)
        return output, dict(zip(keep, values))

    module = tf.Module()
    module.model = probe
    save(name, run, module, (1, *model.input_shape[1:]), **options)


def plain():
    x = image = L.Input((14, 13, 3), name="image")
    x = L.Conv2D(6, 3, activation="relu", name="conv1")(x)
    x = L.MaxPooling2D(3, 2, padding="same", name="pool1")(x)
    x = L.BatchNormalization(name="norm1")(x)
    x = L.SeparableConv2D(8, 3, depth_multiplier=2, activation="elu", name="separable")(x)
    x = L.Conv2D(4, (1, 3), strides=(1, 2), padding="same", use_bias=False, name="conv2")(x)
    x = L.LeakyReLU(0.1, name="leaky")(x)
    x = L.AveragePooling2D(2, 1, padding="same", name="pool2")(x)
    x = L.Flatten(name="flat")(x)
    x = L.Dense(7, activation="tanh", name="fc1")(x)
    x = L.Dense(5, activation="softmax", name="fc2")(x)
    save_keras("plain", tf_keras.Model(image, x, name="plain"), ["conv1", "pool1", "norm1", "separable", "leaky", "fc1"])


def residual():
    x = image = L.Input((18, 18, 3), name="image")
    x = L.ZeroPadding2D(((3, 2), (2, 3)), name="zeros")(x)
    x = L.Conv2D(6, 7, strides=2, name="conv1")(x)
    x = L.BatchNormalization(name="bn1")(x)
    x = short = L.Activation("relu", name="relu1")(x)
    x = L.Conv2D(6, 3, padding="same", dilation_rate=2, name="conv2")(x)
    x = L.BatchNormalization(name="bn2")(x)
    x = L.Activation("relu", name="relu2")(x)
    x = L.Add(name="sum")([short, x])
    x = L.GlobalAveragePooling2D(name="mean")(x)
    x = L.Dense(4, name="logits")(x)
    save_keras("residual", tf_keras.Model(image, x, name="residual"), ["relu1", "relu2", "sum", "mean"])


def mobile():
    x = image = L.Input((12, 12, 3), name="image")
    x = L.Rescaling(1 / 0.5, offset=-1, name="rescale")(x)
    x = L.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="stem")(x)
    x = L.BatchNormalization(name="stem_bn")(x)
    x = L.ReLU(6.0, name="stem_relu")(x)
    x = L.DepthwiseConv2D(3, padding="same", use_bias=False, name="depth")(x)
    x = L.BatchNormalization(name="depth_bn")(x)
    x = L.Activation("swish", name="depth_swish")(x)
    gate = L.GlobalAveragePooling2D(name="squeeze")(x)
    gate = L.Reshape((1, 1, 8), name="pixel")(gate)
    gate = L.Conv2D(3, 1, activation="relu", name="reduce")(gate)
    gate = L.Conv2D(8, 1, activation="sigmoid", name="expand")(gate)
    x = L.Multiply(name="excite")([x, gate])
    y = L.Conv2D(5, 1, name="project")(x)
    y = L.PReLU(shared_axes=[1, 2], name="prelu")(y)
    x = L.Concatenate(name="both")([x, y])
    x = L.UpSampling2D(2, name="up")(x)
    x = L.GlobalMaxPooling2D(name="max")(x)
    keep = ["stem_relu", "depth_swish", "excite", "prelu", "both", "up"]
    save_keras("mobile", tf_keras.Model(image, x, name="mobile"), keep, quantization_dtype_map=None)


def raw():
    """Operations without a framework's layers, under names of their own."""
    module = tf.Module()
    kernels = [tf.Variable((rng.standard_normal(s) * 0.4).astype(np.float32)) for s in [(3, 3, 3, 8), (3, 3, 8, 8), (8, 6)]]
    module.kernels = kernels
    bias = tf.constant(rng.standard_normal(8).astype(np.float32) / 4)

    def run(image):
        values = {}
        x = tf.nn.conv2d(image, kernels[0], 2, [[0, 0], [1, 0], [2, 1], [0, 0]], name="first")
        x = tf.nn.bias_add(x, bias, name="first_bias")
        x = values["normal"] = tf.nn.local_response_normalization(x, 2, 1.2, 0.3, 0.6, name="normal")
        x = tf.nn.conv2d(x, kernels[1], 1, "SAME", name="second")
        x = values["selu"] = tf.nn.selu(x, name="selu")
        x = values["soft"] = tf.nn.softplus(x, name="soft")
        x = tf.compat.v1.image.resize_nearest_neighbor(x, [12, 14], name="near")
        x = values["line"] = tf.compat.v1.image.resize_bilinear(x, [24, 14], name="line")
        x = tf.reduce_mean(x, [1, 2], keepdims=True, name="mean")
        x = tf.squeeze(x, [1, 2], name="vector")
        x = tf.matmul(x, kernels[2], name="product")
        return tf.sigmoid(x, name="sign"), values

    save("raw", run, module, (1, 12, 12, 3))


plain()
residual()
mobile()
raw()
