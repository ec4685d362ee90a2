"""Tensors in every way of storing them, each with values that the test can compute: the sine of the running index, or the
index where the type is whole. Needs numpy, ml_dtypes and safetensors:

    python3 test/golden/tensors/make.py
"""

import pathlib

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent


def sines(*shape):
    return np.sin(np.arange(np.prod(shape))).reshape(shape)


def counting(*shape):
    return np.arange(np.prod(shape)).reshape(shape)


arrays = {
    "single": sines(2, 3, 4).astype("<f4"),
    "half": sines(5, 2).astype("<f2"),
    "double": sines(7).astype("<f8"),
    "by_columns": np.asfortranarray(sines(2, 3, 4).astype("<f4")),
    "bytes": counting(3, 3).astype("|u1"),
    "longs": counting(4).astype("<i8"),
    "flags": (counting(6) % 2).astype("|b1"),
    "number": np.array(0.5, "<f4"),
    "layer/kernel:0": sines(3, 3, 1, 2).astype("<f4"),
}
np.savez(HERE / "stored.npz", **arrays)
np.savez_compressed(HERE / "packed.npz", **arrays)

tensors = {name: arrays[name] for name in ("single", "half", "bytes", "longs", "number")}
tensors["brain"] = sines(6).astype(ml_dtypes.bfloat16)
save_file(tensors, HERE / "all.safetensors", metadata={"format": "np"})
