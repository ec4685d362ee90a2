"""Maps and attributions as autograd sees them: ten small networks with random weights, seven of PyTorch and three of Keras,
among them residual, densely joined, U-shaped and pyramid networks, two heads, a segmentation, regressions, six bands and
one. Needs torch, onnx and keras (made with torch 2.15 and keras 3.15):

    KERAS_BACKEND=torch python3 test/golden/maps/make.py

Of each network some cases. The target of a case is the sum of a unit's values before the activation over some positions,
minus that of another unit where there is one (`against`). `layer` is where it is asked: its output is taken as a variable,
all else follows from the image. Of each case:

- `value`: the target;
- `cam`: Grad-CAM without its rectifier, the channels times the mean of their slopes, summed;
- `slopes`: slope times activation at the image, summed over the positions of each channel;
- `base`, `path`, `positions`: the target where the layer's output is 0 (or that of `baseline`, another image), and the
  integrated gradients from there by `pieces` midpoints, for each channel and for each position.

Maps are [height, width, channels]. Numbers of PyTorch were computed in float64.
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
PIECES = 6


def encoded(tensor):
    values = tensor.detach().to(torch.float32).contiguous()
    return {"shape": list(values.shape), "values": base64.b64encode(values.numpy().tobytes()).decode()}


# -- PyTorch -----------------------------------------------------------------------------------------------------------


def conv(a, b, k=3, **more):
    return nn.Conv2d(a, b, k, padding=k // 2, **more)


class Residual(nn.Module):
    """Two blocks, the second with a stride and a projection; a class behind a mean."""

    size = (20, 24, 3)

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1, self.relu1 = conv(3, 6, bias=False), nn.BatchNorm2d(6), nn.ReLU()
        self.conv2, self.bn2, self.relu2 = conv(6, 6, bias=False), nn.BatchNorm2d(6), nn.ReLU()
        self.conv3, self.bn3, self.relu3 = conv(6, 6, bias=False), nn.BatchNorm2d(6), nn.ReLU()
        self.conv4, self.bn4, self.relu4 = conv(6, 8, stride=2, bias=False), nn.BatchNorm2d(8), nn.ReLU()
        self.conv5, self.bn5, self.relu5 = conv(8, 8, bias=False), nn.BatchNorm2d(8), nn.ReLU()
        self.project, self.bn6 = nn.Conv2d(6, 8, 1, stride=2, bias=False), nn.BatchNorm2d(8)
        self.mean, self.flat, self.classes = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4)

    def forward(self, x):
        x = self.relu1(self.bn1(self.conv1(x)))
        x = self.relu3(x + self.bn3(self.conv3(self.relu2(self.bn2(self.conv2(x))))))
        y = self.bn5(self.conv5(self.relu4(self.bn4(self.conv4(x)))))
        x = self.relu5(y + self.bn6(self.project(x)))
        return self.classes(self.flat(self.mean(x)))

    cases = [
        {"unit": "classes:1", "layer": "relu5"},
        {"unit": "classes:1", "against": "classes:3", "layer": "relu4"},
        {"unit": "classes:2", "layer": "relu2", "baseline": True},
        {"unit": "bn5:3", "layer": "bn2", "at": [4, 7]},
    ]


class Dense(nn.Module):
    """Each layer reads all before it."""

    size = (18, 18, 3)

    def __init__(self):
        super().__init__()
        self.conv1, self.relu1 = conv(3, 4), nn.ReLU()
        self.bn2, self.relu2, self.conv2 = nn.BatchNorm2d(4), nn.ReLU(), conv(4, 4)
        self.bn3, self.relu3, self.conv3 = nn.BatchNorm2d(8), nn.ReLU(), conv(8, 4)
        self.bn4, self.relu4, self.conv4 = nn.BatchNorm2d(12), nn.ReLU(), conv(12, 4)
        self.bn5, self.relu5, self.between, self.pool = nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 8, 1), nn.AvgPool2d(2)
        self.relu6 = nn.ReLU()
        self.mean, self.flat, self.classes = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3)

    def forward(self, x):
        x = self.relu1(self.conv1(x))
        x = torch.cat([x, self.conv2(self.relu2(self.bn2(x)))], 1)
        x = torch.cat([x, self.conv3(self.relu3(self.bn3(x)))], 1)
        x = torch.cat([x, self.conv4(self.relu4(self.bn4(x)))], 1)
        x = self.relu6(self.pool(self.between(self.relu5(self.bn5(x)))))
        return self.classes(self.flat(self.mean(x)))

    cases = [
        {"unit": "classes:0", "layer": "relu6"},
        {"unit": "classes:0", "against": "classes:2", "layer": "conv3"},
        {"unit": "classes:1", "layer": "relu2"},
        {"unit": "between:5", "layer": "conv2", "at": {"top": 3, "left": 5, "height": 4, "width": 6}, "baseline": True},
    ]


class UNet(nn.Module):
    """Three sizes, transposed convolutions, skips joined; three classes at every pixel."""

    size = (24, 32, 3)

    def __init__(self):
        super().__init__()
        self.down1, self.relu1, self.pool1 = conv(3, 4), nn.ReLU(), nn.MaxPool2d(2)
        self.down2, self.relu2, self.pool2 = conv(4, 6), nn.ReLU(), nn.MaxPool2d(2)
        self.bottom, self.relu3 = conv(6, 8), nn.ReLU()
        self.up2, self.join2, self.relu4 = nn.ConvTranspose2d(8, 6, 2, stride=2), conv(12, 6), nn.ReLU()
        self.up1, self.join1, self.relu5 = nn.ConvTranspose2d(6, 4, 2, stride=2), conv(8, 4), nn.ReLU()
        self.seg = nn.Conv2d(4, 3, 1)

    def forward(self, x):
        one = self.relu1(self.down1(x))
        two = self.relu2(self.down2(self.pool1(one)))
        x = self.relu3(self.bottom(self.pool2(two)))
        x = self.relu4(self.join2(torch.cat([self.up2(x), two], 1)))
        x = self.relu5(self.join1(torch.cat([self.up1(x), one], 1)))
        return self.seg(x)

    cases = [
        {"unit": "seg:0", "layer": "relu3", "at": "mask"},
        {"unit": "seg:1", "against": "seg:2", "layer": "relu3", "at": "mask"},
        {"unit": "seg:2", "layer": "relu2", "at": [10, 21]},
        {"unit": "seg:0", "layer": "up1", "at": {"top": 4, "left": 2, "height": 8, "width": 12}, "baseline": True},
        {"unit": "seg:1", "layer": "pool1"},
    ]


class Pyramid(nn.Module):
    """Feature pyramid: coarse maps enlarged and added to finer ones, a head on each."""

    size = (32, 24, 3)

    def __init__(self):
        super().__init__()
        self.c1, self.relu1 = conv(3, 4, stride=2), nn.ReLU()
        self.c2, self.relu2 = conv(4, 6, stride=2), nn.ReLU()
        self.c3, self.relu3 = conv(6, 8, stride=2), nn.ReLU()
        self.lateral1, self.lateral2, self.lateral3 = nn.Conv2d(4, 5, 1), nn.Conv2d(6, 5, 1), nn.Conv2d(8, 5, 1)
        self.larger2, self.larger1 = nn.Upsample(scale_factor=2), nn.Upsample(scale_factor=2)
        self.smooth1, self.smooth2 = conv(5, 5), conv(5, 5)
        self.relu4, self.relu5 = nn.ReLU(), nn.ReLU()
        self.fine, self.coarse = nn.Conv2d(5, 2, 1), nn.Conv2d(5, 2, 1)

    def forward(self, x):
        one = self.relu1(self.c1(x))
        two = self.relu2(self.c2(one))
        three = self.lateral3(self.relu3(self.c3(two)))
        two = self.lateral2(two) + self.larger2(three)
        one = self.lateral1(one) + self.larger1(two)
        return self.fine(self.relu4(self.smooth1(one))), self.coarse(self.relu5(self.smooth2(two)))

    cases = [
        {"unit": "fine:0", "layer": "relu3", "at": "mask"},
        {"unit": "fine:1", "against": "fine:0", "layer": "lateral2", "at": [7, 5]},
        {"unit": "coarse:1", "layer": "relu2", "at": {"top": 1, "left": 0, "height": 3, "width": 4}},
    ]


class TwoHeads(nn.Module):
    """One trunk; a class and two measures are read from it at different depths."""

    size = (16, 16, 3)

    def __init__(self):
        super().__init__()
        self.conv1, self.relu1 = conv(3, 6), nn.ReLU()
        self.conv2, self.relu2, self.pool = conv(6, 8), nn.ReLU(), nn.MaxPool2d(2)
        self.conv3, self.relu3 = conv(8, 8), nn.ReLU()
        self.mean, self.flat1, self.classes = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3)
        self.side, self.tanh = conv(8, 2, stride=2), nn.Tanh()
        self.flat2, self.measures = nn.Flatten(), nn.Linear(2 * 8 * 8, 2)

    def forward(self, x):
        x = self.relu2(self.conv2(self.relu1(self.conv1(x))))
        y = self.relu3(self.conv3(self.pool(x)))
        return self.classes(self.flat1(self.mean(y))), self.measures(self.flat2(self.tanh(self.side(x))))

    cases = [
        {"unit": "classes:2", "layer": "relu3"},
        {"unit": "measures:0", "layer": "relu2"},
        {"unit": "measures:1", "layer": "relu1", "baseline": True},
        {"unit": "classes:0", "against": "measures:1", "layer": "relu1"},
        {"unit": "classes:0", "against": "measures:1", "layer": "relu3"},
    ]


class SixBands(nn.Module):
    """A satellite's six bands, leaky rectifiers, a dilated convolution; one measure."""

    size = (20, 20, 6)

    def __init__(self):
        super().__init__()
        self.conv1, self.act1 = conv(6, 8), nn.LeakyReLU(0.2)
        self.conv2, self.act2 = nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=2), nn.LeakyReLU(0.2)
        self.pool, self.conv3, self.act3 = nn.AvgPool2d(2), conv(8, 6), nn.Sigmoid()
        self.flat, self.hidden, self.act4, self.yield_ = nn.Flatten(), nn.Linear(600, 5), nn.ReLU(), nn.Linear(5, 1)

    def forward(self, x):
        x = self.act2(self.conv2(self.act1(self.conv1(x))))
        x = self.act3(self.conv3(self.pool(x)))
        return self.yield_(self.act4(self.hidden(self.flat(x))))

    cases = [
        {"unit": "yield_:0", "layer": "act3"},
        {"unit": "yield_:0", "layer": "act1", "baseline": True},
        {"unit": "hidden:2", "against": "hidden:4", "layer": "act2"},
    ]


class Mobile(nn.Module):
    """Inverted residuals with squeeze and excitation: a product of maps, ceilings, a smooth activation."""

    size = (16, 20, 3)

    def __init__(self):
        super().__init__()
        self.stem, self.act1 = conv(3, 6, stride=2), nn.Hardswish()
        self.wide, self.bn1, self.act2 = nn.Conv2d(6, 12, 1, bias=False), nn.BatchNorm2d(12), nn.ReLU6()
        self.each, self.bn2, self.act3 = conv(12, 12, groups=12, bias=False), nn.BatchNorm2d(12), nn.ReLU6()
        self.mean, self.less, self.act4 = nn.AdaptiveAvgPool2d(1), nn.Conv2d(12, 4, 1), nn.ReLU()
        self.more, self.gate = nn.Conv2d(4, 12, 1), nn.Sigmoid()
        self.narrow, self.bn3 = nn.Conv2d(12, 6, 1, bias=False), nn.BatchNorm2d(6)
        self.mean2, self.flat, self.classes = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3)

    def forward(self, x):
        x = self.act1(self.stem(x))
        y = self.act3(self.bn2(self.each(self.act2(self.bn1(self.wide(x))))))
        y = y * self.gate(self.more(self.act4(self.less(self.mean(y)))))
        return self.classes(self.flat(self.mean2(x + self.bn3(self.narrow(y)))))

    cases = [
        {"unit": "classes:0", "layer": "act3"},
        {"unit": "classes:1", "against": "classes:2", "layer": "act2"},
        {"unit": "classes:2", "layer": "act1", "baseline": True},
    ]


class Torch:
    def __init__(self, make):
        self.module, self.cases, self.size = make(), make.cases, make.size
        for layer in self.module.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.running_mean.normal_(0, 0.3)
                layer.running_var.uniform_(0.5, 2)
                nn.init.normal_(layer.weight, 0, 1)
                nn.init.normal_(layer.bias, 0, 0.3)
            if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                nn.init.normal_(layer.weight, 0, 1 / (layer.weight[0].numel() ** 0.5))
                if layer.bias is not None:
                    nn.init.normal_(layer.bias, 0, 0.3)
        self.module.eval()

    def save(self, name):
        height, width, channels = self.size
        torch.onnx.export(
            self.module,
            torch.rand(1, channels, height, width),
            HERE / f"{name}.onnx",
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
            opset_version=13,
            dynamo=False,
        )
        self.module.double()

    def run(self, image, read, replace=None):
        """Outputs of layers by name, [height, width, channels], for an image; that of one layer may be replaced."""
        found, hooks = {}, []
        for name in dict.fromkeys([*read, *(replace or {})]):

            def hook(_, __, output, name=name):
                if replace and name in replace:
                    output = replace[name].permute(2, 0, 1)[None].reshape(output.shape)
                found[name] = output[0].permute(1, 2, 0) if output.ndim == 4 else output.reshape(1, 1, -1)
                return output

            hooks.append(getattr(self.module, name).register_forward_hook(hook))
        self.module(image.double().permute(2, 0, 1)[None])
        for each in hooks:
            each.remove()
        return [found[name] for name in read]


# -- Keras -------------------------------------------------------------------------------------------------------------


def seg(layers):
    """Smaller and larger again, a skip, a softmax at every pixel."""
    image = keras.Input((16, 24, 3), name="image")
    one = layers.Conv2D(4, 3, padding="same", activation="relu", name="one")(image)
    x = layers.MaxPooling2D(name="less")(one)
    x = layers.Conv2D(6, 3, padding="same", name="two")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Activation("elu", name="act")(x)
    x = layers.UpSampling2D(2, interpolation="bilinear", name="more")(x)
    x = layers.Concatenate(name="join")([x, one])
    x = layers.SeparableConv2D(5, 3, padding="same", activation="relu", name="three")(x)
    return keras.Model(image, layers.Conv2D(3, 1, activation="softmax", name="classes")(x), name="seg")


def age(layers):
    """A number and a place from one image, through a strided convolution and a flattening."""
    image = keras.Input((15, 21, 3), name="image")
    x = layers.Conv2D(6, 5, strides=2, activation="relu", name="one")(image)
    x = layers.Conv2D(6, 3, padding="same", activation="swish", name="two")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(8, activation="relu", name="hidden")(x)
    return keras.Model(image, layers.Dense(3, name="age")(x), name="age")


def digits(layers):
    """What a first course makes of handwritten digits: grey, two pools, dense layers."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(4, 3, activation="relu", name="one"),
            layers.MaxPooling2D(name="pool"),
            layers.Conv2D(6, 3, activation="relu", name="two"),
            layers.MaxPooling2D(name="pool2"),
            layers.Flatten(name="flat"),
            layers.Dense(10, activation="softmax", name="digit"),
        ],
        name="digits",
    )


class Keras:
    def __init__(self, make, cases):
        self.model, self.cases = make(keras.layers), cases
        self.size = tuple(self.model.input_shape[1:])
        for layer in self.model.layers:
            for weights in layer.weights:
                shape = tuple(weights.shape)
                fan = 1
                for n in shape[:-1]:
                    fan *= n
                values = torch.randn(shape) / fan**0.5 if len(shape) > 1 else 0.3 * torch.randn(shape)
                weights.assign(values.abs() + 0.5 if "variance" in weights.name else values)

    def save(self, name):
        self.model.save(HERE / f"{name}.keras")

    def run(self, image, read, replace=None):
        """As that of `Torch`; layers that are read last are read before their activation."""
        found, calls = {}, {}
        target = read[-1]
        for name in dict.fromkeys([*read, *(replace or {})]):
            layer = self.model.get_layer(name)
            calls[name] = (layer, layer.call, getattr(layer, "activation", None))
            if name == target and hasattr(layer, "activation") and layer.__class__.__name__ != "Activation":
                layer.activation = keras.activations.linear

            def call(x, *args, name=name, own=layer.call, **kwargs):
                output = own(x, *args, **kwargs)
                if replace and name in replace:
                    output = replace[name].reshape(output.shape)
                found[name] = output[0] if output.ndim == 4 else output.reshape(1, 1, -1)
                return output

            layer.call = call
        self.model(image[None], training=False)
        for layer, call, activation in calls.values():
            layer.call = call
            if activation is not None:
                layer.activation = activation
        return [found[name] for name in read]


KERAS = {
    "segmentation": (
        seg,
        [
            {"unit": "classes:0", "layer": "act", "at": "mask"},
            {"unit": "classes:1", "against": "classes:2", "layer": "two", "at": [5, 9]},
            {"unit": "classes:2", "layer": "one", "baseline": True},
        ],
    ),
    "regression": (
        age,
        [
            {"unit": "age:0", "layer": "two"},
            {"unit": "age:1", "against": "age:2", "layer": "one", "baseline": True},
        ],
    ),
    "grey": (
        digits,
        [
            {"unit": "digit:3", "layer": "two"},
            {"unit": "digit:3", "against": "digit:8", "layer": "one"},
            {"unit": "digit:7", "layer": "pool", "baseline": True},
        ],
    ),
}


# -- both --------------------------------------------------------------------------------------------------------------


def weights_of(at, height, width):
    weights = torch.zeros(height, width)
    if at is None:
        weights += 1
    elif isinstance(at, list):
        weights[at[0], at[1]] = 1
    elif "data" in at:
        weights += torch.tensor(at["data"]).reshape(height, width)
    else:
        weights[at["top"] : at["top"] + at["height"], at["left"] : at["left"] + at["width"]] = 1
    return weights


def golden(net, image, other, case):
    layer = case["layer"]
    terms = [(case["unit"], 1), *([(case["against"], -1)] if "against" in case else [])]
    at = case.get("at")
    first = terms[0][0].split(":")[0]
    if at == "mask":
        height, width = net.run(image, [first])[0].shape[:2]
        at = {"height": height, "width": width, "data": (torch.rand(height, width) > 0.6).float().flatten().tolist()}

    def target(h):
        total = 0
        for unit, sign in terms:
            name, channel = unit.split(":")
            replace = None if h is None else {layer: h}
            (output,) = net.run(image, [name], replace)
            total = total + sign * (output[..., int(channel)] * weights_of(at, *output.shape[:2])).sum()
        return total

    def slope(h):
        h = h.detach().requires_grad_()
        return torch.autograd.grad(target(h), h)[0]

    # Layers are read behind their own activation: of Keras, the last name read is not.
    h = net.run(image, [layer, first])[0].detach() if layer != first else None
    base = net.run(other, [layer, first])[0].detach() if case.get("baseline") else torch.zeros_like(h)
    at_image = slope(h)
    mean = sum(slope(base + (h - base) * (k + 0.5) / PIECES) for k in range(PIECES)) / PIECES
    given = (h - base) * mean
    return {
        "unit": case["unit"],
        "against": case.get("against"),
        "at": at,
        "layer": layer,
        "baseline": bool(case.get("baseline")),
        "pieces": PIECES,
        "value": target(None).item(),
        "cam": encoded((h * at_image.mean((0, 1))).sum(2)),
        "slopes": encoded((h * at_image).sum((0, 1))),
        "base": target(base).item(),
        "path": encoded(given.sum((0, 1))),
        "positions": encoded(given.sum(2)),
    }


def main():
    makers = {
        "residual": lambda: Torch(Residual),
        "dense": lambda: Torch(Dense),
        "unet": lambda: Torch(UNet),
        "pyramid": lambda: Torch(Pyramid),
        "two-heads": lambda: Torch(TwoHeads),
        "six-bands": lambda: Torch(SixBands),
        "mobile": lambda: Torch(Mobile),
        **{name: lambda given=given: Keras(*given) for name, given in KERAS.items()},
    }
    for name, make in makers.items():
        torch.manual_seed(11)
        keras.utils.set_random_seed(11)
        net = make()
        net.save(name)
        image, other = torch.rand(net.size), torch.rand(net.size)
        cases = [golden(net, image, other, case) for case in net.cases]
        found = {"image": encoded(image), "baseline": encoded(other), "cases": cases}
        (HERE / f"{name}.json").write_text(json.dumps(found) + "\n")


main()
