"""
PyTorch's forward pass through the same plan: torch_forward.py SCRIPT. The script is JSON: `file` of floats (the batch, then
the weights), `input` [count, height, width, channels], and `steps` of convolutions with ReLU and of max pools. Each line on
stdin, a number of passes, is answered with the milliseconds of each.
"""
import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

script = json.load(open(sys.argv[1]))
torch.set_num_threads(script["threads"])
floats = np.fromfile(script["file"], dtype=np.float32)
count, height, width, channels = script["input"]


def tensor(offset, shape):
    return torch.from_numpy(floats[offset : offset + int(np.prod(shape))].reshape(shape).copy())


batch = tensor(0, [count, height, width, channels]).permute(0, 3, 1, 2)
for step in script["steps"]:
    if step["kind"] == "conv":
        kernel = tensor(step["kernel"], step["shape"]).permute(3, 2, 0, 1)
        step["weight"] = kernel.contiguous(memory_format=torch.channels_last)
        step["shift"] = tensor(step["bias"], [step["shape"][3]])


@torch.inference_mode()
def forward():
    x = batch
    for step in script["steps"]:
        if step["kind"] == "conv":
            x = F.relu_(F.conv2d(x, step["weight"], step["shift"], padding=step["pad"]))
        else:
            x = F.max_pool2d(x, step["size"], step["size"])
    return x


forward()
largest = forward().amax(dim=(2, 3)).numpy().tolist()
print(json.dumps({"version": torch.__version__, "largest": largest}), flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        begun = time.perf_counter()
        forward()
        times.append(1000 * (time.perf_counter() - begun))
    print(json.dumps(times), flush=True)
