"""One network in every format: a tfjs Layers model, a GraphModel, ONNX, and Keras files, with the same weights under the same
names. Needs tensorflow (or tensorflow-cpu), tf_keras, tensorflowjs and tf2onnx:

    python3 test/golden/same/make.py
"""

import pathlib
import shutil
import sys
import tempfile
import types

import numpy as np
import tensorflow as tf
import tf2onnx
import tf_keras
from tf_keras import layers as L

sys.modules.setdefault("tensorflow_decision_forests", types.ModuleType("tensorflow_decision_forests"))
sys.modules["tensorflowjs.converters.jax_conversion"] = types.SimpleNamespace(convert_jax=None)
from tensorflowjs.converters import keras_h5_conversion, tf_saved_model_conversion_v2

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(11)

x = image = L.Input((20, 20, 3), name="image")
x = L.Conv2D(8, 3, activation="relu", padding="same", name="conv1")(x)
x = L.MaxPooling2D(2, name="pool1")(x)
x = L.BatchNormalization(name="norm1")(x)
x = short = L.Activation("relu", name="relu1")(x)
x = L.DepthwiseConv2D(3, padding="same", name="depth")(x)
x = L.Activation("tanh", name="tanh1")(x)
x = L.Conv2D(8, 1, name="point")(x)
x = L.Add(name="sum")([short, x])
y = L.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="left")(x)
z = L.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="right")(x)
x = L.Concatenate(name="both")([y, z])
x = L.AveragePooling2D(2, 1, padding="same", name="mean1")(x)
x = L.Flatten(name="flat")(x)
x = L.Dense(12, activation="relu", name="fc1")(x)
x = L.Dense(5, activation="softmax", name="fc2")(x)
model = tf_keras.Model(image, x, name="same")
for layer in model.layers:
    values = [rng.standard_normal(v.shape).astype(np.float32) * 0.3 for v in layer.weights]
    if "norm" in layer.name:
        values = [1 + values[0], values[1], values[2], 0.5 + np.abs(values[3])]
    layer.set_weights(values)


def fresh(name):
    out = HERE / name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    return str(out)


with tempfile.TemporaryDirectory() as folder:
    h5 = f"{folder}/same.h5"
    model.save(h5)
    model.save(HERE / "same.h5")
    topology, groups = keras_h5_conversion.h5_merged_saved_model_to_tfjs_format(h5)
    out = fresh("layers")
    keras_h5_conversion.write_artifacts(topology, groups, out)
    model.save(f"{folder}/saved")
    tf_saved_model_conversion_v2.convert_tf_saved_model(f"{folder}/saved", fresh("graph"))

model.save(HERE / "same.keras")
spec = (tf.TensorSpec((None, 20, 20, 3), tf.float32, name="image"),)
tf2onnx.convert.from_keras(model, input_signature=spec, opset=13, output_path=str(HERE / "same.onnx"))
