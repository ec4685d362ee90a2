"""Saves twelve classifiers of torchvision and timm with random weights, as `.pth` and, by other software, as `.safetensors`, 2 GB in all, which
`test/load/pytorch/classifiers.test.ts` compares. Needs torch, torchvision, timm and safetensors:

    python3 test/golden/pytorch/classifiers.py FOLDER
    CONVLENS_CHECKPOINTS=FOLDER npx vitest run test/load/pytorch/classifiers.test.ts
"""

import pathlib
import sys

import timm
import torch
import torchvision.models as M
from safetensors.torch import save_file

NETWORKS = {
    "alexnet": lambda: M.alexnet(),
    "squeezenet1_1": lambda: M.squeezenet1_1(),
    "resnet18": lambda: M.resnet18(),
    "resnet50": lambda: M.resnet50(),
    "vgg11_bn": lambda: M.vgg11_bn(),
    "mobilenet_v2": lambda: M.mobilenet_v2(),
    "mobilenet_v3_small": lambda: M.mobilenet_v3_small(),
    "densenet121": lambda: M.densenet121(),
    "googlenet": lambda: M.googlenet(aux_logits=False, init_weights=False),
    "convnext_tiny": lambda: M.convnext_tiny(),
    "efficientnet_b0": lambda: timm.create_model("efficientnet_b0"),
    "mobilenetv3_large_100": lambda: timm.create_model("mobilenetv3_large_100"),
}

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for seed, (name, build) in enumerate(NETWORKS.items()):
    torch.manual_seed(seed)
    state = build().state_dict()
    # Statistics as after training.
    for key, tensor in state.items():
        if key.endswith("running_mean"):
            tensor.normal_(0, 0.1)
        if key.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
    torch.save(state, folder / f"{name}.pth")
    save_file({key: tensor.contiguous() for key, tensor in state.items()}, folder / f"{name}.safetensors")
    print(name, len(state))
