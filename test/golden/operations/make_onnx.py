"""Small PyTorch modules of the operations that rearrange, normalise and enlarge maps, exported to ONNX, with what PyTorch
computes (`pip install torch onnx`):

    python3 test/golden/operations/make_onnx.py
"""

import base64
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HERE = pathlib.Path(__file__).parent
torch.manual_seed(5)


def encoded(tensor):
    values = tensor.detach().numpy()[0]
    values = np.ascontiguousarray(values.transpose(1, 2, 0) if values.ndim == 3 else values, dtype="<f4")
    return {"shape": list(values.shape), "values": base64.b64encode(values.tobytes()).decode()}


class Transposed(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3)
        self.plain = nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.groups = nn.ConvTranspose2d(6, 4, (2, 3), stride=(2, 1), groups=2, bias=False)
        self.wide = nn.ConvTranspose2d(4, 2, 3, dilation=2, padding=(0, 2))

    def forward(self, x):
        return torch.tanh(self.wide(F.relu(self.groups(F.relu(self.norm(self.plain(self.first(x))))))))


class Arranged(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1, padding_mode="reflect")
        self.last = nn.Conv2d(4, 2, 1)
        self.mirror = nn.ReflectionPad2d((2, 1, 1, 0))
        self.edge = nn.ReplicationPad2d((0, 2, 1, 1))

    def forward(self, x):
        y = F.pixel_shuffle(self.first(x), 2)
        y = self.edge(self.mirror(y))[:, :, 1:-1, ::2]
        a, b = torch.split(F.pixel_unshuffle(y[:, :, :6, :6], 2), [2, 6], 1)
        y = torch.cat([b[:, 1:4], a], 1)
        y = F.pad(y, (0, 0, 0, 0, 1, 2))
        y = F.pad(y, (1, 0, 0, 1), value=0.5)
        n, c, h, w = 1, 8, y.shape[2], y.shape[3]
        y = y.reshape(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        return self.last(y[:, 1::2])


class Normalised(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3)
        self.groups = nn.GroupNorm(3, 6)
        self.instance = nn.InstanceNorm2d(6, affine=True)
        self.layer = nn.LayerNorm(6, eps=1e-6)
        self.whole = nn.LayerNorm([6, 4, 3], elementwise_affine=False)
        self.last = nn.Conv2d(6, 2, 1)
        for norm in (self.groups, self.instance, self.layer):
            nn.init.normal_(norm.weight)
            nn.init.normal_(norm.bias)

    def forward(self, x):
        y = self.first(x)
        z = self.layer(y.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return self.last(self.groups(y) + self.instance(y) * z + self.whole(y))


class Merged(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 4, 3)
        self.b = nn.Conv2d(3, 4, 3)
        self.place = nn.Conv2d(2, 1, 3, padding=1)
        self.squeeze = nn.Conv2d(4, 4, 1)
        self.one = nn.PReLU()
        self.each = nn.PReLU(4, init=0.1)
        self.last = nn.Conv2d(4, 2, 1)

    def forward(self, x):
        a, b = self.a(x), self.b(x)
        y = torch.maximum(a, b) + torch.minimum(a, b).clamp(-0.5, 0.75)
        gate = torch.sigmoid(self.place(torch.cat([y.mean(1, keepdim=True), y.amax(1, keepdim=True)], 1)))
        y = y * gate + self.squeeze(y.mean((2, 3), keepdim=True))
        y = self.each(self.one(y)) / (1 + b * b)
        return self.last(torch.clamp(y, max=1.5))


def save(name, module, shape, opset):
    module.eval()
    for each in module.modules():
        if isinstance(each, nn.BatchNorm2d):
            each.running_mean.normal_()
            each.running_var.uniform_(0.5, 1.5)
    image = torch.randn(1, *shape, requires_grad=True)
    output = module(image)
    weights = torch.randn(output.shape)
    (output * weights).sum().backward()
    torch.onnx.export(module, (image,), str(HERE / f"{name}.onnx"), opset_version=opset, dynamo=False, input_names=["image"])
    golden = {
        "made_by": f"torch {torch.__version__}, opset {opset}",
        "input": encoded(image),
        "layers": {},
        "output": encoded(output),
        "output_weights": encoded(weights),
        "input_gradient": encoded(image.grad),
    }
    (HERE / f"{name}.json").write_text(json.dumps(golden))


save("torch-transposed", Transposed(), (3, 5, 4), 17)
save("torch-arranged", Arranged(), (3, 5, 4), 17)
save("torch-normalised", Normalised(), (3, 6, 5), 17)
save("torch-merged", Merged(), (3, 6, 5), 17)
