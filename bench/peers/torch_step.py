"""
PyTorch on the same plan: torch_step.py SCRIPT THREADS. Speaks as peers/serve.ts does.

Told to use one thread, PyTorch leaves its fast convolutions (oneDNN) for slow ones, fifteen times slower where kernels are
1 x 1. So that we are compared with one thread at its best, two threads are then held on one processor, and sleep when
they wait.
"""
import json
import os
import resource
import sys
import time

threads = int(sys.argv[2])
if threads == 1:
    os.environ["OMP_WAIT_POLICY"] = "passive"
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import numpy as np
import torch
import torch.nn.functional as F

script = json.load(open(sys.argv[1]))
torch.set_num_threads(max(2, threads))
floats = np.fromfile(script["file"], dtype=np.float32)


def tensor(offset, shape):
    return torch.from_numpy(floats[offset : offset + int(np.prod(shape))].reshape(shape).copy())


for step in script["steps"]:
    if step["kind"] == "conv":
        kernel = tensor(step["kernel"]["offset"], step["kernel"]["shape"])
        step["weight"] = kernel.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
        bias = step.get("bias")
        step["bias"] = tensor(bias["offset"], [kernel.shape[3]]) if bias else None


def padded(x, pads, value):
    top, bottom, left, right = pads
    return F.pad(x, (left, right, top, bottom), value=value) if any(pads) else x


def run(x):
    values = {0: x}
    for step in script["steps"]:
        inputs = [values[i] for i in step["inputs"]]
        pads = step["pads"]
        if step["kind"] == "conv":
            top, bottom, left, right = pads
            if top == bottom and left == right:
                y = F.conv2d(inputs[0], step["weight"], step["bias"], stride=step["strides"], padding=(top, left))
            else:
                y = F.conv2d(padded(inputs[0], pads, 0.0), step["weight"], step["bias"], stride=step["strides"])
        elif step["kind"] == "pool":
            if step["mode"] == "max":
                y = F.max_pool2d(padded(inputs[0], pads, -np.inf), step["size"], step["strides"])
            else:
                y = F.avg_pool2d(inputs[0], step["size"], step["strides"])
        elif step["kind"] == "add":
            y = inputs[0]
            for other in inputs[1:]:
                y = y + other
        elif step["kind"] == "pad":
            y = padded(inputs[0], pads, 0.0)
        elif step["kind"] == "concat":
            y = torch.cat(inputs, 1)
        else:
            y = inputs[0]
        values[step["output"]] = F.relu(y) if step["relu"] else y
    return values[script["target"]]


image = tensor(0, script["input"]).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def do_step():
    x = image.clone().requires_grad_(True)
    (run(x).mean() * len(image)).backward()
    return x.grad


def say(value):
    print(json.dumps(value), flush=True)


started = time.perf_counter()
gradient = do_step()
facts = {"start": (time.perf_counter() - started) * 1e3}
say({"ready": True, "version": torch.__version__, **facts})
for line in sys.stdin:
    if line.startswith("gradient "):
        gradient.permute(0, 2, 3, 1).contiguous().numpy().tofile(line[9:].strip())
        say({"written": True})
        continue
    milliseconds = []
    for _ in range(int(line)):
        start = time.perf_counter()
        gradient = do_step()
        milliseconds.append((time.perf_counter() - start) * 1e3)
    say({"milliseconds": milliseconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **facts})
