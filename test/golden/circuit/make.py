"""Circuits as PyTorch sees them: four small networks (a residual sum, a concatenation, separable and grouped convolutions)
with what autograd says of one unit of each. Needs torch, onnx and keras (made with torch 2.15 and keras 3.15):

    KERAS_BACKEND=torch python3 test/golden/circuit/make.py

Of each network: `weights`, the gradient of the unit (before its activation, behind its batch norm) with respect to a layer
further down with all rectifiers left out, at a place that sees no border; for one image the unit's `value` at a place, what
each channel of the layer it reads gives to it (`parts`), what each channel of the layer further down gives to it by gradient
times activation (`slopes`); and for two channels read the change of the unit's map when the channel is set to zero
(`effects`). Maps are [height, width, channels].
"""

import base64
import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
SIDE = 16


def encoded(tensor):
    values = tensor.detach().to(torch.float32).contiguous()
    return {"shape": list(values.shape), "values": base64.b64encode(values.numpy().tobytes()).decode()}


def relu(x):
    return torch.relu(x)


def same(x):
    return x


def randomized(module):
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.3)
            layer.running_var.uniform_(0.5, 2)
            nn.init.normal_(layer.weight, 0, 1)
            nn.init.normal_(layer.bias, 0, 0.3)
    return module.eval()


class Residual(nn.Module):
    start, read, unit, channel = "relu1", "relu2", "bn3", 1

    def __init__(self):
        super().__init__()
        self.conv1, self.relu1 = nn.Conv2d(3, 8, 3, padding=1), nn.ReLU()
        self.conv2, self.bn1, self.relu3 = nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU()
        self.conv3, self.bn2 = nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.relu2 = nn.ReLU()
        self.conv4, self.bn3 = nn.Conv2d(8, 4, 3, padding=1), nn.BatchNorm2d(4)

    def first(self, x):
        return relu(self.conv1(x))

    def middle(self, h, act=relu):
        return act(h + self.bn2(self.conv3(act(self.bn1(self.conv2(h))))))

    def last(self, h):
        return self.bn3(self.conv4(h))

    def forward(self, x):
        h = self.relu1(self.conv1(x))
        h = self.relu2(h + self.bn2(self.conv3(self.relu3(self.bn1(self.conv2(h))))))
        return self.bn3(self.conv4(h))


class Concatenation(nn.Module):
    start, read, unit, channel = "relu1", "relu4", "conv3", 2

    def __init__(self):
        super().__init__()
        self.conv1, self.relu1 = nn.Conv2d(3, 8, 3, padding=1), nn.ReLU()
        self.straight = nn.Conv2d(8, 5, 1)
        self.reduce, self.relu2, self.wide = nn.Conv2d(8, 3, 1), nn.ReLU(), nn.Conv2d(3, 4, 5, padding=2)
        self.relu4 = nn.ReLU()
        self.conv3 = nn.Conv2d(9, 4, 3, padding=1, stride=2)

    def first(self, x):
        return relu(self.conv1(x))

    def middle(self, h, act=relu):
        return act(torch.cat([self.straight(h), self.wide(act(self.reduce(h)))], 1))

    def last(self, h):
        return self.conv3(h)

    def forward(self, x):
        h = self.relu1(self.conv1(x))
        h = self.relu4(torch.cat([self.straight(h), self.wide(self.relu2(self.reduce(h)))], 1))
        return self.conv3(h)


class Grouped(nn.Module):
    start, read, unit, channel = "relu1", "relu2", "bn2", 5

    def __init__(self):
        super().__init__()
        self.conv1, self.relu1 = nn.Conv2d(3, 8, 3, padding=1), nn.ReLU()
        self.conv2, self.bn1, self.relu2 = nn.Conv2d(8, 12, 3, padding=1, groups=4), nn.BatchNorm2d(12), nn.ReLU()
        self.conv3, self.bn2 = nn.Conv2d(12, 6, 3, padding=2, dilation=2, groups=2, bias=False), nn.BatchNorm2d(6)

    def first(self, x):
        return relu(self.conv1(x))

    def middle(self, h, act=relu):
        return act(self.bn1(self.conv2(h)))

    def last(self, h):
        return self.bn2(self.conv3(h))

    def forward(self, x):
        return self.bn2(self.conv3(self.relu2(self.bn1(self.conv2(self.relu1(self.conv1(x)))))))


class Separable:
    """Keras's, whose maps are [1, height, width, channels]; here they are seen as PyTorch's."""

    start, read, unit, channel = "relu1", "relu2", "bn2", 3

    def __init__(self):
        layers = keras.layers
        spread = keras.initializers.RandomNormal(0, 0.5)
        norm = {
            "gamma_initializer": spread,
            "beta_initializer": spread,
            "moving_mean_initializer": spread,
            "moving_variance_initializer": keras.initializers.RandomUniform(0.5, 2),
        }
        separable = {"padding": "same", "depthwise_initializer": spread, "pointwise_initializer": spread}
        self.layers = [
            layers.Conv2D(6, 3, padding="same", kernel_initializer=spread, bias_initializer=spread, name="conv1"),
            layers.ReLU(name="relu1"),
            layers.SeparableConv2D(8, 3, depth_multiplier=2, use_bias=False, **separable, name="sep1"),
            layers.BatchNormalization(**norm, name="bn1"),
            layers.ReLU(name="relu2"),
            layers.SeparableConv2D(5, 5, bias_initializer=spread, **separable, name="sep2"),
            layers.BatchNormalization(**norm, name="bn2"),
        ]
        self.model = keras.Sequential([keras.Input((SIDE, SIDE, 3)), *self.layers], name="separable")

    def run(self, x, layers):
        x = x.permute(0, 2, 3, 1)
        for layer in layers:
            x = layer(x, training=False) if "bn" in layer.name else layer(x)
        return x.permute(0, 3, 1, 2)

    def first(self, x):
        return self.run(x, self.layers[:2])

    def middle(self, h, act=relu):
        return act(self.run(h, self.layers[2:4]))

    def last(self, h):
        return self.run(h, self.layers[5:])


def gradient(value, of):
    return torch.autograd.grad(value, of)[0]


def trimmed(weights):
    """[channels, height, width] as [height, width, channels], without rows and columns of zeros around."""
    rows = weights.abs().sum((0, 2)).nonzero()
    columns = weights.abs().sum((0, 1)).nonzero()
    return weights[:, rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].permute(1, 2, 0)


def goldens(net):
    image = torch.rand(1, 3, SIDE, SIDE)
    wide = torch.rand(1, net.first(image).shape[1], 2 * SIDE, 2 * SIDE).requires_grad_()
    linear = net.last(net.middle(wide, same))
    at = linear.shape[2] // 2
    weights = gradient(linear[0, net.channel, at, at], wide)[0]

    start = net.first(image).detach().requires_grad_()
    read = net.middle(start).detach().requires_grad_()
    value = net.last(read)[0, net.channel]
    place = divmod(int(value.argmax()), value.shape[1])
    parts = (gradient(value[place], read) * read)[0].sum((1, 2))
    far = net.last(net.middle(start))[0, net.channel]
    slopes = (gradient(far[place], start) * start)[0].sum((1, 2))
    effects = []
    for channel in parts.abs().argsort(descending=True)[:2].tolist():
        silenced = read.detach().clone()
        silenced[:, channel] = 0
        effects.append({"channel": channel, "change": encoded(value - net.last(silenced)[0, net.channel])})
    return {
        "image": encoded(image[0].permute(1, 2, 0)),
        "unit": f"{net.unit}:{net.channel}",
        "start": net.start,
        "read": net.read,
        "place": list(place),
        "value": value[place].item(),
        "weights": encoded(trimmed(weights)),
        "parts": encoded(parts),
        "slopes": encoded(slopes),
        "effects": effects,
    }


def main():
    for make in (Residual, Concatenation, Grouped, Separable):
        torch.manual_seed(7)
        keras.utils.set_random_seed(7)
        net, name = make(), make.__name__.lower()
        if isinstance(net, nn.Module):
            randomized(net)
            training = torch.onnx.TrainingMode.PRESERVE
            torch.onnx.export(
                net,
                torch.rand(1, 3, SIDE, SIDE),
                HERE / f"{name}.onnx",
                training=training,
                do_constant_folding=False,
                opset_version=13,
                dynamo=False,
            )
        else:
            net.model.save(HERE / f"{name}.keras")
        (HERE / f"{name}.json").write_text(json.dumps(goldens(net), indent=1) + "\n")


main()
