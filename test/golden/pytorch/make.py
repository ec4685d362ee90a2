"""Checkpoints of PyTorch in every way of storing tensors, each with values that the test can compute: the sine of the running index, or the
index where the type is whole; and files that are refused. Needs torch and numpy:

    python3 test/golden/pytorch/make.py
"""

import argparse
import collections
import os
import pathlib
import pickle
import zipfile

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent


def sines(*shape, dtype=torch.float32):
    return torch.sin(torch.arange(int(np.prod(shape)), dtype=torch.float64)).reshape(shape).to(dtype)


def counting(*shape, dtype):
    return torch.arange(int(np.prod(shape))).reshape(shape).to(dtype)


shared = sines(4, 6)
attributed = sines(3)
attributed.note = "an attribute of its own"
old = {
    "single": sines(2, 3, 4),
    "double": sines(7, dtype=torch.float64),
    "half": sines(5, 2, dtype=torch.float16),
    "brain": sines(6, dtype=torch.bfloat16),
    "long": counting(4, dtype=torch.int64),
    "int": counting(4, dtype=torch.int32),
    "short": counting(4, dtype=torch.int16),
    "char": counting(4, dtype=torch.int8),
    "byte": counting(3, 3, dtype=torch.uint8),
    "bool": (torch.arange(6) % 2).bool(),
    "number": torch.tensor(0.5),
    "empty": torch.zeros(0, 3),
    # Views of one storage: all of it, its last two rows, its columns as rows, every other column, one row many times.
    "whole": shared,
    "rows": shared[2:],
    "turned": shared.T,
    "steps": shared[:, ::2],
    "repeated": shared[1].expand(5, 6),
    "channels_last": sines(1, 3, 2, 2).contiguous(memory_format=torch.channels_last),
    "parameter": torch.nn.Parameter(sines(3)),
    "attributed": attributed,
}
new = {**old, "ushort": counting(4, dtype=torch.uint16), "uint": counting(4, dtype=torch.uint32)}

torch.save(new, HERE / "types.pth")
torch.save(new, HERE / "types-protocol-4.pth", pickle_protocol=4)
torch.save(old, HERE / "types-old.pth", _use_new_zipfile_serialization=False)

# As a machine writes it whose highest bytes come first.
storages = torch.load(HERE / "types.pth", weights_only=True)
sizes = {}
with zipfile.ZipFile(HERE / "types.pth") as little, zipfile.ZipFile(HERE / "types-big-endian.pth", "w") as big:
    # Storages are numbered as the tensors are met.
    keys = [str(i) for i in range(len([n for n in little.namelist() if "/data/" in n]))]
    seen = {}
    for tensor in new.values():
        pointer = tensor.untyped_storage()._cdata if hasattr(tensor.untyped_storage(), "_cdata") else id(tensor.untyped_storage())
        seen.setdefault(pointer, tensor.element_size())
    for key, size in zip(keys, seen.values()):
        sizes[f"types/data/{key}"] = size
    for name in little.namelist():
        data = little.read(name)
        if name == "types/byteorder":
            data = b"big"
        elif name in sizes:
            data = np.frombuffer(data, f"<u{sizes[name]}").byteswap().tobytes() if data else data
        big.writestr(name.replace("types/", "types-big-endian/"), data)

torch.manual_seed(0)
module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.Conv2d(4, 2, 1))
optimizer = torch.optim.Adam(module.parameters())
module(torch.rand(1, 3, 8, 8)).sum().backward()
optimizer.step()
state = module.state_dict()
wrapped = collections.OrderedDict((f"module.{name}", tensor) for name, tensor in state.items())
torch.save(state, HERE / "state.pth")
torch.save(
    {
        "epoch": 3,
        "arch": "resnet18",
        "args": argparse.Namespace(lr=0.1, resume=None),
        "best_acc1": np.float64(71.5),
        "state_dict": wrapped,
        "state_dict_ema": wrapped,
        "optimizer": optimizer.state_dict(),
        "scheduler": {"milestones": collections.Counter([30, 60]), "_step_count": 3},
    },
    HERE / "training.pth",
)
torch.save({"model": {"state_dict": state}}, HERE / "nested.pth")
torch.save({"generator": state, "discriminator": state}, HERE / "two.pth")

# Refused.
torch.save(module, HERE / "module.pth")
torch.save({"epoch": 1, "model": module}, HERE / "module-in-dict.pth")
torch.jit.script(module).save(str(HERE / "scripted.pt"))
torch.save({"weights": state, "quantised": torch.quantize_per_tensor(sines(4), 0.1, 0, torch.qint8)}, HERE / "quantised.pth")


class Evil:
    def __reduce__(self):
        return os.system, ("echo touched",)


torch.save({"weights": state, "evil": Evil()}, HERE / "evil.pth")
(HERE / "plain.pkl").write_bytes(pickle.dumps({"weights": [1, 2, 3]}, protocol=2))
