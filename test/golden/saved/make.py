"""What Keras 2 computes of models that this library saved. `save.ts` saves them first. Needs `pip install tensorflow-cpu==2.15.*`:

    python3 test/golden/saved/make.py
"""

import base64
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(3)


def opened(folder):
    """The model of a folder as tensorflowjs's own converter opens it: the topology as JSON, the weights by name."""
    file = json.loads((folder / "model.json").read_text())
    model = tf.keras.models.model_from_json(json.dumps(file["modelTopology"]["model_config"]))
    values = {}
    for group in file["weightsManifest"]:
        data, at = b"".join((folder / path).read_bytes() for path in group["paths"]), 0
        for weight in group["weights"]:
            count = int(np.prod(weight["shape"]))
            values[weight["name"]] = np.frombuffer(data, "<f4", count, at).reshape(weight["shape"])
            at += 4 * count
    model.set_weights([values.pop(weight.name.removesuffix(":0")) for weight in model.weights])
    assert not values, f"weights without a layer: {list(values)}"
    return model


def encoded(array):
    array = np.ascontiguousarray(array[0], "<f4")
    return {"shape": list(array.shape), "values": base64.b64encode(array.tobytes()).decode()}


for folder in sorted(path for path in HERE.iterdir() if path.is_dir()):
    model = opened(folder)
    shape = [1, *(n or 16 for n in model.input_shape[1:])]
    image = rng.standard_normal(shape).astype(np.float32)
    golden = {
        "made_by": f"tf.keras {tf.__version__}",
        "input": encoded(image),
        "output": encoded(model(image, training=False).numpy()),
    }
    (HERE / f"{folder.name}.json").write_text(json.dumps(golden) + "\n")
    print(folder.name, model.count_params(), golden["output"]["shape"])
