"""What the networks of `keras.applications` compute with weights that a formula gives, so that no weights need to be kept: a few
values of every layer's output. Needs keras and tensorflow-cpu:

    python3 test/golden/architectures/make.py [NAME …]
"""

import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf

HERE = pathlib.Path(__file__).parent
A = keras.applications

# Name, and the side of the image; VGG's dense layers want 224 and are left out.
NETWORKS = {
    "vgg16": (A.VGG16, 48, False),
    "vgg19": (A.VGG19, 48, False),
    "resnet50": (A.ResNet50, 64, True),
    "resnet101": (A.ResNet101, 64, True),
    "resnet152": (A.ResNet152, 64, True),
    "resnet50v2": (A.ResNet50V2, 64, True),
    "resnet101v2": (A.ResNet101V2, 64, True),
    "resnet152v2": (A.ResNet152V2, 64, True),
    "inceptionv3": (A.InceptionV3, 96, True),
    "xception": (A.Xception, 96, True),
    "mobilenet": (A.MobileNet, 64, True),
    "mobilenetv2": (A.MobileNetV2, 64, True),
    "densenet121": (A.DenseNet121, 64, True),
    "efficientnetb0": (A.EfficientNetB0, 64, True),
}


def uniform(name, count):
    """Numbers in 0…1: a hash of the name (FNV-1a), and of that and the place."""
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    x = (seed + np.arange(count, dtype=np.uint64) * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x45D9F3B)) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    return x.astype(np.float64) / 2**32


def values(layer, kind, shape):
    u = uniform(f"{layer}/{kind}", int(np.prod(shape)))
    if kind in ("gamma", "moving_variance", "variance"):
        v = 0.75 + 0.5 * u
    elif kind in ("beta", "moving_mean", "mean", "bias"):
        v = 0.2 * (2 * u - 1)
    elif kind == "depthwise_kernel":
        v = (2 * u - 1) * np.sqrt(6 / (shape[0] * shape[1]))
    else:
        v = (2 * u - 1) * np.sqrt(6 / np.prod(shape[:-1]))
    return v.reshape(shape).astype(np.float32)


def samples(array):
    flat = np.asarray(array)[0].reshape(-1).astype(np.float64)
    at = [(k * (flat.size - 1)) // 5 for k in range(6)]
    return {"size": int(flat.size), "largest": float(np.abs(flat).max()), "values": [float(f"{flat[i]:.7g}") for i in at]}


def googlenet(weights=None, input_shape=(224, 224, 3), include_top=True):
    """GoogLeNet "5h", with TensorFlow's own local response normalisation."""
    L = keras.layers

    def conv(name, x, filters, size, strides=1):
        return L.Conv2D(filters, size, strides=strides, padding="same", activation="relu", name=name)(x)

    def lrn(name, x):
        normalize = lambda v: tf.nn.local_response_normalization(v, depth_radius=5, bias=2.0, alpha=1e-4, beta=0.5)
        return L.Lambda(normalize, output_shape=x.shape[1:], name=name)(x)

    def halve(name, x):
        return L.MaxPooling2D(3, strides=2, padding="same", name=name)(x)

    image = x = keras.Input(input_shape)
    x = lrn("localresponsenorm0", halve("maxpool0", conv("conv2d0", x, 64, 7, 2)))
    x = conv("conv2d2", conv("conv2d1", x, 64, 1), 192, 3)
    x = halve("maxpool1", lrn("localresponsenorm1", x))
    table = {
        "3a": (64, 96, 128, 16, 32, 32),
        "3b": (128, 128, 192, 32, 96, 64),
        "4a": (192, 96, 204, 16, 48, 64),
        "4b": (160, 112, 224, 24, 64, 64),
        "4c": (128, 128, 256, 24, 64, 64),
        "4d": (112, 144, 288, 32, 64, 64),
        "4e": (256, 160, 320, 32, 128, 128),
        "5a": (256, 160, 320, 48, 128, 128),
        "5b": (384, 192, 384, 48, 128, 128),
    }
    for stage, (one, before3, three, before5, five, pool) in table.items():
        name = f"mixed{stage}"
        if stage in ("4a", "5a"):
            x = halve(f"{name}_halved", x)
        pooled = L.MaxPooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x)
        x = L.Concatenate(name=name)(
            [
                conv(f"{name}_1x1", x, one, 1),
                conv(f"{name}_3x3", conv(f"{name}_3x3_bottleneck", x, before3, 1), three, 3),
                conv(f"{name}_5x5", conv(f"{name}_5x5_bottleneck", x, before5, 1), five, 5),
                conv(f"{name}_pool_reduce", pooled, pool, 1),
            ]
        )
    x = L.Dense(1008, activation="softmax", name="softmax2")(L.GlobalAveragePooling2D(name="avgpool0")(x))
    return keras.Model(image, x)


NETWORKS["googlenet"] = (googlenet, 64, True)


def make(name):
    build, side, top = NETWORKS[name]
    keras.backend.clear_session()
    full = build(weights=None)
    keras.backend.clear_session()
    model = build(weights=None, input_shape=(side, side, 3), include_top=top)
    weights = []
    for layer in model.layers:
        new = []
        for weight in layer.weights:
            kind = weight.name.split("/")[-1]
            shape = tuple(weight.shape)
            if kind == "count":
                new.append(np.zeros(shape))
                continue
            weights.append([layer.name, kind, list(shape)])
            new.append(values(layer.name, kind, shape))
        if new:
            layer.set_weights(new)
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    image = uniform("image", side * side * 3).reshape(1, side, side, 3).astype(np.float32)
    scale = 255 if name == "efficientnetb0" else 1
    kept = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    outputs = keras.Model(model.inputs, [layer.output for layer in kept])(tf.constant(image * scale), training=False)
    golden = {
        "made_by": f"Keras {keras.__version__}, TensorFlow {tf.__version__}",
        "parameters": full.count_params(),
        "side": side,
        "top": top,
        "weights": weights,
        "layers": {layer.name: samples(output) for layer, output in zip(kept, outputs)},
    }
    (HERE / f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(name, golden["parameters"], len(kept))


for name in sys.argv[1:] or NETWORKS:
    make(name)
