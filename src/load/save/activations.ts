/** Activations as TensorFlow.js writes them: a word, a layer with constants, or layers that do the same. */
import type { Activation, Op } from "../../network/ops.js";
import { refusal, type WrittenLayer } from "./written.js";

type Activated = Extract<Op, { activation: Activation }>;
/** Makes a name that no other layer has. */
type Beside = (name: string) => string;

/** A layer with its activation: as a word where TensorFlow.js has one, else as layers behind it. */
export function withActivation(op: Activated, made: WrittenLayer, beside: Beside): WrittenLayer[] {
  const word = wordOf(op.activation);
  if (word !== null) return [{ ...made, config: { ...made.config, activation: word } }];
  const plain = { ...made, config: { ...made.config, activation: "linear" } };
  const name = beside(`${made.name}_activation`);
  return [plain, ...activationLayers(op, { class_name: "Activation", name, config: {}, inputs: [made.name] }, beside)];
}

/** The layers of the activation of an operation, the last of them in the place of `made`. */
export function activationLayers(op: Activated, made: WrittenLayer, beside: Beside): WrittenLayer[] {
  const { name, max, alpha, threshold, slopes } = op.activation;
  const word = wordOf(op.activation);
  if (word !== null) return [{ ...made, config: { activation: word } }];
  switch (name) {
    case "relu":
      return [{ ...made, class_name: "ReLU", config: { max_value: max } }];
    case "leakyRelu":
      return [{ ...made, class_name: "LeakyReLU", config: { alpha } }];
    case "thresholdedRelu":
      return [{ ...made, class_name: "ThresholdedReLU", config: { theta: threshold } }];
    case "prelu": {
      const shape = slopesShape(slopes!, op.output);
      const shared = shape.flatMap((n, axis) => (n === 1 && op.output[axis] !== 1 ? [axis + 1] : []));
      const config = { shared_axes: shared.length > 0 ? shared : null };
      return [{ ...made, class_name: "PReLU", config, weights: { alpha: [slopes!, shape] } }];
    }
    case "hardSigmoid": {
      // The word has one slope. Any is that of a line, cut off at 0 and 1.
      const line = beside(`${made.name}_line`);
      return [
        { ...made, class_name: "Rescaling", name: line, config: { scale: alpha, offset: 0.5 } },
        { ...made, class_name: "ReLU", config: { max_value: 1 }, inputs: [line] },
      ];
    }
    default:
      throw refusal(op.name, `TensorFlow.js has no activation ${name}${alpha === undefined ? "" : ` of ${alpha}`}`);
  }
}

/** Shape of the slopes of a PReLU: one for all, for each channel, or for each value of the map. */
export function slopesShape(slopes: Float32Array, output: Op["output"]): readonly number[] {
  if (slopes.length === 1) return output.map(() => 1);
  const perChannel = output.length === 3 && slopes.length === output[2];
  return perChannel ? [1, 1, slopes.length] : output.map((n) => n ?? 1);
}

const words = ["linear", "selu", "sigmoid", "softplus", "softsign", "tanh", "mish", "softmax"];

/** The word for an activation without constants, or with those that TensorFlow.js means by it; `null` where there is none. */
function wordOf({ name, max, alpha }: Activation): string | null {
  if (name === "relu") return max === undefined ? "relu" : max === 6 ? "relu6" : null;
  if (name === "elu" || name === "swish") return alpha === undefined || alpha === 1 ? name : null;
  if (name === "hardSigmoid") return alpha === undefined || alpha === 0.2 ? name : null;
  if (name === "gelu") return "gelu";
  if (name === "geluTanh") return "gelu_new";
  return words.includes(name) ? name : null;
}
