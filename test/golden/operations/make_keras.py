"""Small Keras 3 models of the operations that rearrange, normalise and enlarge maps, with what Keras computes for every
layer and backward (`pip install keras torch`):

    python3 test/golden/operations/make_keras.py
"""

import base64
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
L = keras.layers
rng = np.random.default_rng(11)


def encoded(array):
    values = np.ascontiguousarray(np.asarray(array)[0], dtype="<f4")
    return {"shape": list(values.shape), "values": base64.b64encode(values.tobytes()).decode()}


def save(name, shape, build):
    keras.utils.clear_session()
    given = keras.Input(shape, name="image")
    model = keras.Model(given, build(given), name=name)
    for layer in model.layers:
        values = [rng.standard_normal(tuple(w.shape)) * (0.6 if len(w.shape) == 1 else 1.2 / np.sqrt(np.prod(w.shape[:-1]))) for w in layer.weights]
        if values:
            layer.set_weights([value.astype(np.float32) for value in values])
    image = rng.standard_normal((1, *shape)).astype(np.float32)
    layers = {
        layer.name: encoded(keras.Model(given, layer.output)(image).detach().numpy())
        for layer in model.layers
        if not isinstance(layer, L.InputLayer)
    }
    model.trainable = False
    x = torch.tensor(image, requires_grad=True)
    output = model(x)
    weights = rng.standard_normal(tuple(output.shape)).astype(np.float32)
    (output * torch.tensor(weights)).sum().backward()
    golden = {
        "made_by": f"keras {keras.__version__}, torch {torch.__version__}",
        "input": encoded(image),
        "layers": layers,
        "output": encoded(output.detach().numpy()),
        "output_weights": encoded(weights),
        "input_gradient": encoded(x.grad.numpy()),
    }
    (HERE / f"{name}.json").write_text(json.dumps(golden))
    model.save(HERE / f"{name}.keras")
    model.save(HERE / f"{name}.h5")


def transposed(x):
    up = L.Conv2DTranspose
    parts = [
        up(3, 3, strides=2, padding="same", activation="relu", name="same")(x),
        up(2, 2, strides=2, padding="valid", use_bias=False, name="blocks")(x),
        up(2, (4, 4), strides=2, padding="same", name="even")(x),
    ]
    y = L.Concatenate(name="joined")(parts)
    y = up(3, 3, strides=1, dilation_rate=2, padding="valid", activation="tanh", name="dilated")(y)
    y = up(2, (2, 3), strides=(3, 2), padding="same", name="gaps")(y)
    y = L.Conv2D(2, 3, strides=3, name="small")(y)
    y = L.Conv2D(3, 3, strides=2, padding="same", name="smaller")(y)
    y = up(2, 3, strides=2, padding="valid", output_padding=1, name="longer")(y)
    y = up(2, (3, 4), strides=3, padding="same", output_padding=(1, 2), name="same_and_longer")(y)
    return up(2, 3, strides=2, padding="valid", name="valid")(y)


def arranged(x):
    x = L.Conv2D(6, 3, padding="same", name="conv")(x)
    y = L.Cropping2D(((1, 0), (2, 1)), name="crop")(x)
    y = L.Permute((2, 1, 3), name="turned")(y)
    y = L.Conv2D(4, 1, name="mixed")(y)
    y = L.Permute((3, 1, 2), name="channels_first")(y)
    y = L.Conv2D(5, (2, 1), name="over_rows")(y)
    return L.Permute((3, 2, 1), name="back")(y)


def normalised(x):
    x = L.Conv2D(6, 3, padding="same", name="conv")(x)
    a = L.LayerNormalization(epsilon=1e-6, name="layer_norm")(x)
    b = L.GroupNormalization(groups=3, name="group_norm")(x)
    c = L.GroupNormalization(groups=-1, scale=False, name="instance_norm")(x)
    d = L.LayerNormalization(center=False, name="no_shift")(x)
    return L.Conv2D(3, 1, name="mixed")(L.Concatenate(name="joined")([a, b, c, d]))


def merged(x):
    a = L.Conv2D(4, 3, padding="same", name="a")(x)
    b = L.Conv2D(4, 3, padding="same", name="b")(x)
    y = L.Add(name="sum")([L.Maximum(name="larger")([a, b, x_like(x)]), L.Minimum(name="smaller")([b, a])])
    gate = L.Conv2D(1, 3, padding="same", activation="sigmoid", name="place_gate")(y)
    y = L.Multiply(name="attended")([y, gate])
    squeezed = L.GlobalAveragePooling2D(keepdims=True, name="squeezed")(y)
    y = L.Add(name="shifted")([y, L.Conv2D(4, 1, name="excited")(squeezed)])
    rows = L.AveragePooling2D((1, 6), name="rows")(y)
    y = L.Multiply(name="by_rows")([y, rows])
    y = L.PReLU(name="per_value")(y)
    y = L.PReLU(shared_axes=[1, 2], name="per_channel")(y)
    y = L.PReLU(shared_axes=[1, 2, 3], name="one_slope")(y)
    y = L.PReLU(shared_axes=[1], name="per_column")(y)
    y = L.PReLU(shared_axes=[2, 3], name="per_row")(y)
    y = keras.ops.clip(y, -0.75, 0.5)
    return L.Conv2D(2, 1, name="mixed")(y)


def x_like(x):
    return L.Conv2D(4, 1, name="third")(x)


save("transposed", (2, 2, 3), transposed)
save("arranged", (7, 8, 3), arranged)
save("normalised", (4, 5, 3), normalised)
save("merged", (5, 6, 3), merged)
