"""Small networks exported by PyTorch to ONNX, with what PyTorch computes: the output of every module, and the gradient of
the input. Needs torch (made with the version that each fixture names):

    python3 test/golden/onnx/make_torch.py
"""

import base64
import io
import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent


def encoded(tensor):
    """Maps as [height, width, channels], the batch left out; base64 of little-endian float32."""
    values = tensor.detach().to(torch.float32)[0]
    if values.dim() == 3:
        values = values.permute(1, 2, 0)
    return {
        "shape": list(values.shape),
        "values": base64.b64encode(values.contiguous().numpy().tobytes()).decode(),
    }


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(6, 8, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))
        self.leaky = nn.LeakyReLU(0.2)
        self.pool2 = nn.AvgPool2d(2, stride=1, padding=1, count_include_pad=False)
        self.fc1 = nn.Linear(8 * 5 * 6, 7)
        self.relu2 = nn.ReLU()
        self.fc2 = nn.Linear(7, 5)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        x = self.pool1(self.relu1(self.conv1(x)))
        x = self.pool2(self.leaky(self.conv2(x)))
        x = x.view(x.size(0), -1)
        return self.softmax(self.fc2(self.relu2(self.fc1(x))))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs, eps=1e-3)
        self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


class Residual(nn.Module):
    """The head and first blocks of a ResNet: maximum over 3×3 windows of stride 2 with one row of padding."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(6)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(6, 6, 1), Block(6, 8, 2))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = self.layer1(self.maxpool(self.relu(self.bn1(self.conv1(x)))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class Mobile(nn.Module):
    """Depthwise and grouped convolutions, squeeze and excite, and the rectifiers of mobile networks."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.hardswish = nn.Hardswish()
        self.depthwise = nn.Conv2d(8, 16, 3, padding=1, groups=8)
        self.relu6 = nn.ReLU6()
        self.squeeze = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(16, 4, 1)
        self.silu = nn.SiLU()
        self.fc2 = nn.Conv2d(4, 16, 1)
        self.gate = nn.Hardsigmoid()
        self.grouped = nn.Conv2d(16, 12, 3, groups=4, padding=1)
        self.prelu = nn.PReLU(12)
        self.project = nn.Conv2d(12, 8, 1)

    def forward(self, x):
        x = self.hardswish(self.stem(x))
        x = self.relu6(self.depthwise(x))
        x = x * self.gate(self.fc2(self.silu(self.fc1(self.squeeze(x)))))
        return self.project(self.prelu(self.grouped(x))).mean([2, 3])


class Branches(nn.Module):
    """Branches side by side, rounded-up and zero-counting pools, asymmetric padding, and a row of activations."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.2, 0.3, 0.25]).view(1, 3, 1, 1))
        self.conv = nn.Conv2d(3, 4, 3, 2)
        self.elu = nn.ELU(0.7)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.one = nn.Conv2d(4, 3, 1)
        self.selu = nn.SELU()
        self.three = nn.Conv2d(4, 5, 3, padding=1)
        self.softplus = nn.Softplus()
        self.average = nn.AvgPool2d(3, 1, 1, count_include_pad=True)
        self.tanh = nn.Tanh()
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.pad = nn.ZeroPad2d((1, 0, 2, 1))
        self.last = nn.Conv2d(12, 6, 2)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        x = self.pool(self.elu(self.conv((x - self.mean) / self.std)))
        x = torch.cat([self.selu(self.one(x)), self.softplus(self.three(x)), self.tanh(self.average(x))], 1)
        return self.sigmoid(self.last(self.pad(self.up(x)))).amax([2, 3])


def remember(layers, path):
    def hook(module, inputs, output):
        layers.setdefault(path, encoded(output))

    return hook


def make(name, model, size, opset, training=torch.onnx.TrainingMode.EVAL, spread=0.5):
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * (spread if parameter.dim() > 1 else 0.2))
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.copy_(1 + 0.3 * torch.rand(module.weight.shape, generator=generator))
                module.running_mean.copy_(0.3 * torch.randn(module.running_mean.shape, generator=generator))
                module.running_var.copy_(0.5 + torch.rand(module.running_var.shape, generator=generator))
            if isinstance(module, nn.PReLU):
                module.weight.copy_(0.1 + 0.2 * torch.rand(module.weight.shape, generator=generator))
    model.eval()
    image = torch.rand((1, 3, *size), generator=generator, requires_grad=True)
    layers = {}
    handles = []
    for path, module in model.named_modules():
        if not list(module.children()):
            handles.append(module.register_forward_hook(remember(layers, path)))
    output = model(image)
    for handle in handles:
        handle.remove()
    weights = torch.randn(output.shape, generator=generator)
    (output * weights).sum().backward()
    buffer = io.BytesIO()
    torch.onnx.export(model, image, buffer, opset_version=opset, training=training, input_names=["image"])
    fixture = {
        "made_by": f"torch {torch.__version__}, opset {opset}",
        "input": encoded(image),
        "layers": layers,
        "output": encoded(output),
        "output_weights": encoded(weights),
        "input_gradient": encoded(image.grad),
    }
    (HERE / f"{name}.onnx").write_bytes(buffer.getvalue())
    (HERE / f"{name}.json").write_text(json.dumps(fixture))


torch.use_deterministic_algorithms(True)
for opset in (9, 11, 13, 16):
    make(f"plain-{opset}", Plain(), (16, 14), opset)
make("residual", Residual(), (24, 24), 13, torch.onnx.TrainingMode.PRESERVE)
make("residual-folded", Residual(), (24, 24), 13)
for opset in (11, 14):
    make(f"mobile-{opset}", Mobile(), (12, 10), opset)
for opset in (10, 13):
    make(f"branches-{opset}", Branches(), (16, 15), opset, spread=0.15)
