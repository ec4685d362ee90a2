"""What the networks of torchvision and timm compute with weights that a formula gives: a few values of some modules' outputs. Needs
torch, torchvision and timm:

    python3 test/golden/torch-architectures/make.py [NAME …]
"""

import json
import pathlib
import sys

import numpy as np
import timm
import torch
import torchvision
import torchvision.models as M

HERE = pathlib.Path(__file__).parent
NETWORKS = {
    "vgg16": (lambda: M.vgg16(weights=None), 48),
    "resnet50": (lambda: M.resnet50(weights=None), 64),
    "resnet101": (lambda: M.resnet101(weights=None), 64),
    "resnet152": (lambda: M.resnet152(weights=None), 64),
    "mobilenetv2": (lambda: M.mobilenet_v2(weights=None), 64),
    "densenet121": (lambda: M.densenet121(weights=None), 64),
    "efficientnetb0": (lambda: M.efficientnet_b0(weights=None), 64),
    # Without what they do to images first, which is another normalisation.
    "googlenet": (lambda: M.googlenet(weights=None, aux_logits=False, transform_input=False, init_weights=False), 75),
    "inceptionv3": (lambda: M.inception_v3(weights=None, aux_logits=True, transform_input=False, init_weights=False), 107),
    "vgg16-timm": (lambda: timm.create_model("vgg16"), 48),
    "resnet50v2-timm": (lambda: timm.create_model("resnetv2_50"), 64),
    "resnet101v2-timm": (lambda: timm.create_model("resnetv2_101"), 64),
    "resnet152v2-timm": (lambda: timm.create_model("resnetv2_152"), 64),
    "inceptionv3-timm": (lambda: timm.create_model("inception_v3"), 107),
    "xception-timm": (lambda: timm.create_model("legacy_xception"), 77),
    "mobilenet-timm": (lambda: timm.create_model("mobilenetv1_100"), 64),
    "mobilenetv2-timm": (lambda: timm.create_model("mobilenetv2_100"), 64),
    "efficientnetb0-timm": (lambda: timm.create_model("efficientnet_b0"), 64),
    "densenet121-timm": (lambda: timm.create_model("densenet121"), 64),
    "resnet50-timm": (lambda: timm.create_model("resnet50"), 64),
    "alexnet": (lambda: M.alexnet(weights=None), 79),
    "vgg11": (lambda: M.vgg11(weights=None), 48),
    "vgg13": (lambda: M.vgg13(weights=None), 48),
    "vgg11_bn": (lambda: M.vgg11_bn(weights=None), 48),
    "vgg13_bn": (lambda: M.vgg13_bn(weights=None), 48),
    "vgg16_bn": (lambda: M.vgg16_bn(weights=None), 48),
    "squeezenet1_0": (lambda: M.squeezenet1_0(weights=None), 75),
    "squeezenet1_1": (lambda: M.squeezenet1_1(weights=None), 75),
    "resnet18": (lambda: M.resnet18(weights=None), 64),
    "resnet34": (lambda: M.resnet34(weights=None), 64),
    "mobilenet_v3_small": (lambda: M.mobilenet_v3_small(weights=None), 64),
    "mobilenet_v3_large": (lambda: M.mobilenet_v3_large(weights=None), 64),
    "convnext_tiny": (lambda: M.convnext_tiny(weights=None), 64),
    "convnext_tiny-timm": (lambda: timm.create_model("convnext_tiny"), 64),
    "googlenet-caffe": (lambda: BvlcGooglenet(), 75),
    "vgg11_bn-timm": (lambda: timm.create_model("vgg11_bn"), 48),
    "resnet18-timm": (lambda: timm.create_model("resnet18"), 64),
    "mobilenet_v3_small-timm": (lambda: timm.create_model("mobilenetv3_small_100"), 64),
    "mobilenet_v3_large-timm": (lambda: timm.create_model("mobilenetv3_large_100"), 64),
}


class BvlcGooglenet(torch.nn.Module):
    """GoogLeNet as BVLC's train_val.prototxt has it, with `_` for the `/` in its names."""

    table = {
        "3a": (192, 64, 96, 128, 16, 32, 32),
        "3b": (256, 128, 128, 192, 32, 96, 64),
        "4a": (480, 192, 96, 208, 16, 48, 64),
        "4b": (512, 160, 112, 224, 24, 64, 64),
        "4c": (512, 128, 128, 256, 24, 64, 64),
        "4d": (512, 112, 144, 288, 32, 64, 64),
        "4e": (528, 256, 160, 320, 32, 128, 128),
        "5a": (832, 256, 160, 320, 32, 128, 128),
        "5b": (832, 384, 192, 384, 48, 128, 128),
    }

    def __init__(self):
        super().__init__()
        self.conv("conv1_7x7_s2", 3, 64, 7, 2)
        self.conv("conv2_3x3_reduce", 64, 64, 1)
        self.conv("conv2_3x3", 64, 192, 3)
        for name, (given, one, before3, three, before5, five, pool) in self.table.items():
            at = f"inception_{name}"
            self.conv(f"{at}_1x1", given, one, 1)
            self.conv(f"{at}_3x3_reduce", given, before3, 1)
            self.conv(f"{at}_3x3", before3, three, 3)
            self.conv(f"{at}_5x5_reduce", given, before5, 1)
            self.conv(f"{at}_5x5", before5, five, 5)
            self.conv(f"{at}_pool_proj", given, pool, 1)
        self.loss3_classifier = torch.nn.Linear(1024, 1000)

    def conv(self, name, given, width, size, stride=1):
        self.add_module(name, torch.nn.Conv2d(given, width, size, stride, size // 2))

    def forward(self, x):
        F = torch.nn.functional
        run = lambda name, x: F.relu(getattr(self, name)(x))
        halve = lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True)
        lrn = lambda x: F.local_response_norm(x, 5, alpha=1e-4, beta=0.75, k=1.0)
        x = lrn(halve(run("conv1_7x7_s2", x)))
        x = halve(lrn(run("conv2_3x3", run("conv2_3x3_reduce", x))))
        for name in self.table:
            at = f"inception_{name}"
            if name in ("4a", "5a"):
                x = halve(x)
            three = run(f"{at}_3x3", run(f"{at}_3x3_reduce", x))
            five = run(f"{at}_5x5", run(f"{at}_5x5_reduce", x))
            pooled = run(f"{at}_pool_proj", F.max_pool2d(x, 3, 1, 1))
            x = torch.cat([run(f"{at}_1x1", x), three, five, pooled], 1)
        return self.loss3_classifier(x.mean((2, 3)))


# What is left out of a golden, beside the auxiliary classifier, which nothing else reads.
LARGE = {name: ("pre_logits", "head") if name.endswith("-timm") else "classifier" for name in NETWORKS if name.startswith(("vgg", "alexnet"))}


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


def samples(tensor, channels_last=False):
    array = tensor[0].detach().numpy()
    flat = (array.transpose(1, 2, 0) if array.ndim == 3 and not channels_last else array).reshape(-1).astype(np.float64)
    at = [(k * (flat.size - 1)) // 5 for k in range(6)]
    return {"size": int(flat.size), "largest": float(np.abs(flat).max()), "values": [float(f"{flat[i]:.7g}") for i in at]}


def keep(outputs, name):
    def hook(module, given, output):
        # Dense layers, and the norms before them, have the channels last.
        plain = type(module) is torch.nn.Linear or type(module).__name__ == "LayerNorm"
        outputs[name] = samples(output.clone(), channels_last=plain)

    return hook


def make(name):
    build, side = NETWORKS[name]
    model = build().eval()
    state, weights = model.state_dict(), []
    for key, tensor in state.items():
        # The dense layers of VGG and AlexNet hold nine tenths of their weights.
        if key.endswith("num_batches_tracked") or key.startswith(LARGE.get(name, "AuxLogits")):
            continue
        norm = f"{key.rsplit('.', 1)[0]}.running_var" in state
        weights.append([key, list(tensor.shape), norm])
        state[key] = values(key, tuple(tensor.shape), norm)
    model.load_state_dict(state)
    outputs = {}
    kinds = (torch.nn.Conv2d, torch.nn.BatchNorm2d, torch.nn.LayerNorm, torch.nn.Linear)
    for module_name, module in model.named_modules():
        # timm's norms activate too.
        act = getattr(module, "act", None) if isinstance(module, torch.nn.BatchNorm2d) else None
        if act is not None and not isinstance(act, torch.nn.Identity):
            module.register_forward_hook(keep(outputs, f"{module_name}.act"))
        elif isinstance(module, kinds):
            module.register_forward_hook(keep(outputs, module_name))
    image = uniform("image", side * side * 3).reshape(side, side, 3).astype(np.float32)
    with torch.no_grad():
        given = torch.from_numpy(image.transpose(2, 0, 1)[None].copy())
        model.forward_features(given) if name.startswith("vgg") and name.endswith("-timm") else model(given)
    golden = {
        "made_by": (f"timm {timm.__version__}" if name.endswith("-timm") else f"torchvision {torchvision.__version__}")
        + f", torch {torch.__version__}",
        "parameters": sum(p.numel() for key, p in model.named_parameters() if not key.startswith("AuxLogits")),
        "side": side,
        "weights": weights,
        "layers": {at: kept for at, kept in outputs.items() if any(key.startswith(f"{at.removesuffix('.act')}.") for key, _, _ in weights)},
    }
    (HERE / f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(name, golden["parameters"], len(outputs))


for name in sys.argv[1:] or NETWORKS:
    make(name)
