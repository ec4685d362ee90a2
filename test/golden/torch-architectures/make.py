"""What the networks of torchvision compute with weights that a formula gives: a few values of some modules' outputs. Needs torch
and torchvision:

    python3 test/golden/torch-architectures/make.py [NAME …]
"""

import json
import pathlib
import sys

import numpy as np
import torch
import torchvision
import torchvision.models as M

HERE = pathlib.Path(__file__).parent
NETWORKS = {
    "vgg16": (M.vgg16, 48),
    "resnet50": (M.resnet50, 64),
    "resnet101": (M.resnet101, 64),
    "resnet152": (M.resnet152, 64),
    "mobilenetv2": (M.mobilenet_v2, 64),
    "densenet121": (M.densenet121, 64),
}


def uniform(name, count):
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    x = (seed + np.arange(count, dtype=np.uint64) * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x45D9F3B)) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    return x.astype(np.float64) / 2**32


def values(name, shape, norm):
    u = uniform(name, int(np.prod(shape)))
    kind = name.split(".")[-1]
    if kind == "running_var" or (norm and kind == "weight"):
        v = 0.75 + 0.5 * u
    elif kind in ("bias", "running_mean"):
        v = 0.2 * (2 * u - 1)
    else:
        v = (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
    return torch.from_numpy(v.reshape(shape).astype(np.float32))


def samples(tensor):
    array = tensor[0].detach().numpy()
    flat = (array.transpose(1, 2, 0) if array.ndim == 3 else array).reshape(-1).astype(np.float64)
    at = [(k * (flat.size - 1)) // 5 for k in range(6)]
    return {"size": int(flat.size), "largest": float(np.abs(flat).max()), "values": [float(f"{flat[i]:.7g}") for i in at]}


def keep(outputs, name):
    def hook(module, given, output):
        outputs[name] = samples(output.clone())

    return hook


def make(name):
    build, side = NETWORKS[name]
    model = build(weights=None).eval()
    state, weights = model.state_dict(), []
    for key, tensor in state.items():
        # The dense layers of VGG hold nine tenths of its weights.
        if key.endswith("num_batches_tracked") or (name == "vgg16" and key.startswith("classifier")):
            continue
        norm = f"{key.rsplit('.', 1)[0]}.running_var" in state
        weights.append([key, list(tensor.shape), norm])
        state[key] = values(key, tuple(tensor.shape), norm)
    model.load_state_dict(state)
    outputs = {}
    kinds = (torch.nn.Conv2d, torch.nn.BatchNorm2d, torch.nn.Linear)
    for module_name, module in model.named_modules():
        if isinstance(module, kinds):
            module.register_forward_hook(keep(outputs, module_name))
    image = uniform("image", side * side * 3).reshape(side, side, 3).astype(np.float32)
    with torch.no_grad():
        model(torch.from_numpy(image.transpose(2, 0, 1)[None].copy()))
    golden = {
        "made_by": f"torchvision {torchvision.__version__}, torch {torch.__version__}",
        "parameters": sum(p.numel() for p in model.parameters()),
        "side": side,
        "weights": weights,
        "layers": {at: kept for at, kept in outputs.items() if any(key.startswith(f"{at}.") for key, _, _ in weights)},
    }
    (HERE / f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(name, golden["parameters"], len(outputs))


for name in sys.argv[1:] or NETWORKS:
    make(name)
