"""A small PyTorch network, quantised by onnxruntime in three ways, with what onnxruntime computes for each
(`pip install torch onnx onnxruntime`):

    python3 test/golden/operations/make_quantised.py
"""

import base64
import json
import pathlib
import tempfile

import numpy as np
import onnxruntime as ort
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

HERE = pathlib.Path(__file__).parent / "quantised"
HERE.mkdir(exist_ok=True)
torch.manual_seed(3)
net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 6, 3), nn.ReLU(), nn.Conv2d(6, 4, 1)).eval()
images = torch.randn(20, 3, 10, 8)


class Images(CalibrationDataReader):
    def __init__(self):
        self.left = [{"image": image[None].numpy()} for image in images]

    def get_next(self):
        return self.left.pop() if self.left else None


def encoded(array):
    values = np.ascontiguousarray(array[0].transpose(1, 2, 0), dtype="<f4")
    return {"shape": list(values.shape), "values": base64.b64encode(values.tobytes()).decode()}


with tempfile.TemporaryDirectory() as folder:
    plain, ready = f"{folder}/plain.onnx", f"{folder}/ready.onnx"
    torch.onnx.export(net, (images[:1],), plain, opset_version=17, dynamo=False, input_names=["image"])
    quant_pre_process(plain, ready)
    quantize_dynamic(plain, str(HERE / "dynamic.onnx"), weight_type=QuantType.QUInt8)
    for name, kind in (("operators", QuantFormat.QOperator), ("pairs", QuantFormat.QDQ)):
        quantize_static(ready, str(HERE / f"{name}.onnx"), Images(), quant_format=kind, per_channel=True, weight_type=QuantType.QInt8)

for name in ("dynamic", "operators", "pairs"):
    image = images[:1].numpy()
    (output,) = ort.InferenceSession(str(HERE / f"{name}.onnx")).run(None, {"image": image})
    golden = {"made_by": f"onnxruntime {ort.__version__}", "input": encoded(image), "output": encoded(output)}
    (HERE / f"{name}.json").write_text(json.dumps(golden))
