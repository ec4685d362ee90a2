"""The architectures of YOLOv8n and YOLOv5n in torch, with random weights, exported to ONNX, and what torch computes at the last
convolutions
and behind three of the blocks before them.

    python make.py                   writes v8.onnx and v5.onnx beside this file: an eighth of the width, few classes
    python make.py FOLDER            writes both in full (80 classes, 320 x 320) into FOLDER

Boxes are decoded behind the last convolutions as in the originals: anchor points as constants, distances by a softmax and a
fixed convolution (v8), or offsets and sizes on a grid (v5). Needs torch and onnx."""
import base64, json, pathlib, sys
import numpy as np, torch, torch.nn as nn

class Conv(nn.Module):
    def __init__(s, a, b, k=1, st=1, g=1, p=None):
        super().__init__()
        s.conv = nn.Conv2d(a, b, k, st, k // 2 if p is None else p, groups=g, bias=False)
        s.bn = nn.BatchNorm2d(b, eps=1e-3); s.act = nn.SiLU()
    def forward(s, x): return s.act(s.bn(s.conv(x)))

class Bottleneck(nn.Module):
    def __init__(s, a, shortcut, k, e):
        super().__init__()
        h = int(a * e); s.cv1 = Conv(a, h, k[0]); s.cv2 = Conv(h, a, k[1]); s.add = shortcut
    def forward(s, x): return x + s.cv2(s.cv1(x)) if s.add else s.cv2(s.cv1(x))

class C2f(nn.Module):
    def __init__(s, a, b, n=1, shortcut=False):
        super().__init__()
        s.c = b // 2; s.cv1 = Conv(a, 2 * s.c); s.cv2 = Conv((2 + n) * s.c, b)
        s.m = nn.ModuleList(Bottleneck(s.c, shortcut, (3, 3), 1.0) for _ in range(n))
    def forward(s, x):
        y = list(s.cv1(x).chunk(2, 1)); y.extend(m(y[-1]) for m in s.m); return s.cv2(torch.cat(y, 1))

class C3(nn.Module):
    def __init__(s, a, b, n=1, shortcut=True):
        super().__init__()
        h = b // 2; s.cv1 = Conv(a, h); s.cv2 = Conv(a, h); s.cv3 = Conv(2 * h, b)
        s.m = nn.Sequential(*(Bottleneck(h, shortcut, (1, 3), 1.0) for _ in range(n)))
    def forward(s, x): return s.cv3(torch.cat((s.m(s.cv1(x)), s.cv2(x)), 1))

class SPPF(nn.Module):
    def __init__(s, a, b):
        super().__init__()
        s.cv1 = Conv(a, a // 2); s.cv2 = Conv(a * 2, b); s.m = nn.MaxPool2d(5, 1, 2)
    def forward(s, x):
        x = s.cv1(x); y = s.m(x); z = s.m(y); return s.cv2(torch.cat((x, y, z, s.m(z)), 1))

class Concat(nn.Module):
    def forward(s, *x): return torch.cat(x, 1)

class DFL(nn.Module):
    def __init__(s, n):
        super().__init__()
        s.n = n; s.conv = nn.Conv2d(n, 1, 1, bias=False); s.conv.weight.data[:] = torch.arange(n).float().view(1, n, 1, 1)
    def forward(s, x):
        b, _, a = x.shape; return s.conv(x.view(b, 4, s.n, a).transpose(2, 1).softmax(1)).view(b, 4, a)

def points(sizes, strides, offset):
    at, scale = [], []
    for (h, w), st in zip(sizes, strides):
        y, x = torch.meshgrid(torch.arange(h) + offset, torch.arange(w) + offset, indexing="ij")
        at.append(torch.stack((x, y), -1).view(-1, 2)); scale.append(torch.full((h * w, 1), float(st)))
    return torch.cat(at), torch.cat(scale)

class Detect8(nn.Module):
    def __init__(s, nc, ch, reg=16):
        super().__init__()
        s.nc, s.reg = nc, reg; a, b = max(16, ch[0] // 4, reg * 4), max(ch[0], min(nc, 100))
        s.cv2 = nn.ModuleList(nn.Sequential(Conv(x, a, 3), Conv(a, a, 3), nn.Conv2d(a, 4 * reg, 1)) for x in ch)
        s.cv3 = nn.ModuleList(nn.Sequential(Conv(x, b, 3), Conv(b, b, 3), nn.Conv2d(b, nc, 1)) for x in ch)
        s.dfl = DFL(reg)
    def forward(s, xs):
        ys = [torch.cat((s.cv2[i](x), s.cv3[i](x)), 1) for i, x in enumerate(xs)]
        at, scale = points([y.shape[-2:] for y in ys], (8, 16, 32), 0.5); at, scale = at.T, scale.T
        box, cls = torch.cat([y.view(y.shape[0], 4 * s.reg + s.nc, -1) for y in ys], 2).split((4 * s.reg, s.nc), 1)
        lt, rb = s.dfl(box).chunk(2, 1); a, b = at[None] - lt, at[None] + rb
        return torch.cat((torch.cat(((a + b) / 2, b - a), 1) * scale, cls.sigmoid()), 1)

class Detect5(nn.Module):
    anchors = torch.tensor([[10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]]).float().view(3, 1, 3, 1, 1, 2)
    def __init__(s, nc, ch):
        super().__init__()
        s.no = nc + 5; s.m = nn.ModuleList(nn.Conv2d(x, 3 * s.no, 1) for x in ch)
    def forward(s, xs):
        out = []
        for i, x in enumerate(xs):
            x = s.m[i](x); b, _, h, w = x.shape; st = (8, 16, 32)[i]
            x = x.view(b, 3, s.no, h, w).permute(0, 1, 3, 4, 2).contiguous()
            gy, gx = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
            xy, wh, conf = x.sigmoid().split((2, 2, s.no - 4), 4)
            xy = (xy * 2 + torch.stack((gx, gy), -1).float() - 0.5) * st; wh = (wh * 2) ** 2 * s.anchors[i]
            out.append(torch.cat((xy, wh, conf), 4).view(b, -1, s.no))
        return torch.cat(out, 1)

class V8(nn.Module):
    def __init__(s, w, nc, reg=16):
        super().__init__()
        c = [w * m for m in (1, 2, 4, 8, 16)]; up = lambda: nn.Upsample(scale_factor=2, mode="nearest")
        s.model = nn.ModuleList([Conv(3, c[0], 3, 2), Conv(c[0], c[1], 3, 2), C2f(c[1], c[1], 1, True), Conv(c[1], c[2], 3, 2), C2f(c[2], c[2], 2, True),
            Conv(c[2], c[3], 3, 2), C2f(c[3], c[3], 2, True), Conv(c[3], c[4], 3, 2), C2f(c[4], c[4], 1, True), SPPF(c[4], c[4]), up(), Concat(), C2f(c[4] + c[3], c[3]),
            up(), Concat(), C2f(c[3] + c[2], c[2]), Conv(c[2], c[2], 3, 2), Concat(), C2f(c[2] + c[3], c[3]), Conv(c[3], c[3], 3, 2), Concat(), C2f(c[3] + c[4], c[4]),
            Detect8(nc, (c[2], c[3], c[4]), reg)])
    def forward(s, x):
        m, y = s.model, []
        for i in range(10): x = m[i](x); y.append(x)
        a = m[12](m[11](m[10](y[9]), y[6])); b = m[15](m[14](m[13](a), y[4]))
        c = m[18](m[17](m[16](b), a)); d = m[21](m[20](m[19](c), y[9])); return m[22]([b, c, d])
    last = [f"model.22.cv{j}.{i}.2" for i in range(3) for j in (2, 3)]
    others = ["model.2.cv2", "model.9.cv2", "model.15.cv2"]

class V5(nn.Module):
    def __init__(s, w, nc):
        super().__init__()
        c = [w * m for m in (1, 2, 4, 8, 16)]; up = lambda: nn.Upsample(scale_factor=2, mode="nearest")
        s.model = nn.ModuleList([Conv(3, c[0], 6, 2, p=2), Conv(c[0], c[1], 3, 2), C3(c[1], c[1], 1), Conv(c[1], c[2], 3, 2), C3(c[2], c[2], 2), Conv(c[2], c[3], 3, 2), C3(c[3], c[3], 3),
            Conv(c[3], c[4], 3, 2), C3(c[4], c[4], 1), SPPF(c[4], c[4]), Conv(c[4], c[3]), up(), Concat(), C3(2 * c[3], c[3], 1, False), Conv(c[3], c[2]), up(), Concat(), C3(2 * c[2], c[2], 1, False),
            Conv(c[2], c[2], 3, 2), Concat(), C3(2 * c[2], c[3], 1, False), Conv(c[3], c[3], 3, 2), Concat(), C3(2 * c[3], c[4], 1, False), Detect5(nc, (c[2], c[3], c[4]))])
    def forward(s, x):
        m, y = s.model, []
        for i in range(10): x = m[i](x); y.append(x)
        p = m[10](y[9]); a = m[13](m[12](m[11](p), y[6])); q = m[14](a); b = m[17](m[16](m[15](q), y[4]))
        c = m[20](m[19](m[18](b), q)); d = m[23](m[22](m[21](c), p)); return m[24]([b, c, d])
    last = [f"model.24.m.{i}" for i in range(3)]
    others = ["model.2.cv3", "model.9.cv2", "model.17.cv3"]

def randomised(net, seed):
    g = torch.Generator().manual_seed(seed)
    for m in net.modules():
        if isinstance(m, nn.Conv2d) and m.out_channels > 1: m.weight.data = torch.randn(m.weight.shape, generator=g) * (1.6 / m.weight[0].numel()) ** 0.5
        if isinstance(m, nn.BatchNorm2d):
            for t, mean, sd in ((m.weight, 1, .2), (m.bias, 0, .2), (m.running_mean, 0, .2)): t.data = mean + sd * torch.randn(t.shape, generator=g)
            m.running_var.data = .6 + torch.rand(m.running_var.shape, generator=g)
    return net.eval()

def save(folder, name, net, size, **options):
    x = torch.rand((1, 3, size, size), generator=torch.Generator().manual_seed(7))
    kept = {}; hooks = [dict(net.named_modules())[layer].register_forward_hook(lambda _, __, y, layer=layer: kept.__setitem__(layer, y)) for layer in net.last + net.others]
    with torch.no_grad(): y = net(x)
    for hook in hooks: hook.remove()
    # Batch norms stay apart in the file as they are trained; the exporter folds them into the convolutions.
    torch.onnx.export(net, x, str(folder / f"{name}.onnx"), input_names=["images"], output_names=["boxes"], **options)
    def stored(t): return {"shape": list(t.shape), "values": base64.b64encode(t.contiguous().numpy().tobytes()).decode()}
    made = {"made_by": f"torch {torch.__version__}", "input": stored(x), "layers": {layer if layer in net.last else layer[::-1].replace(".", "/", 1)[::-1] + "/act": stored(t) for layer, t in kept.items()}, "output": stored(y)}
    (folder / f"{name}.json").write_text(json.dumps(made))

if __name__ == "__main__":
    if len(sys.argv) > 1:
        folder = pathlib.Path(sys.argv[1])
        for kind, net in (("v8", V8(16, 80)), ("v5", V5(16, 80))):
            net = randomised(net, 3)
            print(kind, sum(p.numel() for p in net.parameters()))
            save(folder, f"yolo{kind}n", net, 320, dynamo=False, opset_version=17)
            save(folder, f"yolo{kind}n-dynamo", net, 320, dynamo=True, external_data=False, verbose=False)
    else:
        folder = pathlib.Path(__file__).parent
        save(folder, "v8", randomised(V8(2, 3, 4), 3), 64, dynamo=False, opset_version=17)
        save(folder, "v5", randomised(V5(2, 3), 3), 64, dynamo=False, opset_version=17)
