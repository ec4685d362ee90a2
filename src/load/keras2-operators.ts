/**
 * Operators of TensorFlow in models of Keras 2, `TFOpLambda` and `SlicingOpLambda`, as `x / 127.5 - 1` becomes. They are written as Keras 3
 * writes the same operators, so that one reader reads both.
 */

// A use of an operator lists its first argument, or several of one list, and names the others:
//
//     ["input_1", 0, 0, { "y": 127.5 }]                     x / 127.5
//     ["_CONSTANT_VALUE", -1, 1.0, { "y": ["conv", 0, 0] }]   1 - x
//     [["a", 0, 0, { "axis": -1 }], ["b", 0, 0, { "axis": -1 }]]
import { isArray, isObject, type Json, type JsonObject } from "./json.js";
import { classOf } from "./layer-class.js";

/** An operator: what Keras 3 calls it, which argument is its second operand, and its settings. */
interface Operator {
  readonly className: string;
  readonly operand?: string;
  readonly fields?: (named: JsonObject) => JsonObject;
}

const binary = (className: string): Operator => ({ className, operand: "y" });
const unary = (className: string): Operator => ({ className });
const reducing = (className: string): Operator => ({
  className,
  fields: ({ axis = null, keepdims = false }) => ({ axis, keepdims }),
});

const operators: Readonly<Record<string, Operator>> = {
  "math.add": binary("Add"),
  "__operators__.add": binary("Add"),
  "math.subtract": binary("Subtract"),
  "math.multiply": binary("Multiply"),
  "math.truediv": binary("TrueDivide"),
  "math.divide": binary("TrueDivide"),
  "math.maximum": binary("Maximum"),
  "math.minimum": binary("Minimum"),
  "nn.bias_add": {
    className: "Add",
    operand: "bias",
    fields: ({ data_format }) => ({ data_format: data_format === "NCHW" ? "channels_first" : "channels_last" }),
  },
  "math.negative": unary("Negative"),
  "nn.relu": unary("Relu"),
  "nn.relu6": unary("Relu6"),
  "nn.selu": unary("Selu"),
  "nn.elu": unary("Elu"),
  "nn.silu": unary("Silu"),
  "nn.swish": unary("Silu"),
  "nn.softplus": unary("Softplus"),
  "math.softplus": unary("Softplus"),
  "nn.softsign": unary("Softsign"),
  "math.sigmoid": unary("Sigmoid"),
  "nn.sigmoid": unary("Sigmoid"),
  "math.tanh": unary("Tanh"),
  "nn.tanh": unary("Tanh"),
  "nn.softmax": { className: "Softmax", fields: ({ axis = -1 }) => ({ axis: axis ?? -1 }) },
  "nn.gelu": { className: "Gelu", fields: ({ approximate = false }) => ({ approximate }) },
  "nn.leaky_relu": { className: "LeakyRelu", fields: ({ alpha = 0.2 }) => ({ negative_slope: alpha }) },
  clip_by_value: {
    className: "Clip",
    fields: ({ clip_value_min = null, clip_value_max = null }) => ({ x_min: clip_value_min, x_max: clip_value_max }),
  },
  concat: { className: "Concatenate", fields: ({ axis = 0 }) => ({ axis }) },
  reshape: { className: "Reshape", fields: ({ shape = null }) => ({ newshape: shape }) },
  cast: { className: "Cast", fields: ({ dtype = null }) => ({ dtype }) },
  identity: unary("Identity"),
  "math.reduce_mean": reducing("Mean"),
  "math.reduce_max": reducing("Max"),
};

/** A layer, and where it is an operator of Keras 2 the same as Keras 3 writes it. An operator that is not known keeps its name. */
export function withOperator(layer: JsonObject): JsonObject {
  const className = classOf(layer);
  if (className !== "TFOpLambda" && className !== "SlicingOpLambda") return layer;
  const config = isObject(layer.config) ? layer.config : {};
  const called = typeof config.function === "string" ? config.function : "";
  const uses = (isArray(layer.inbound_nodes) ? layer.inbound_nodes : []).map(useOf);
  const named = uses[0]?.named ?? {};
  const name = config.name ?? null;
  if (className === "SlicingOpLambda") {
    const inbound_nodes = uses.map((use) => ({ args: [use.first, keyOf(use.named.slice_spec ?? null)], kwargs: {} }));
    return { class_name: "GetItem", name, config: { name }, inbound_nodes };
  }
  const operator = Object.hasOwn(operators, called) ? operators[called]! : { className: `tf.${called}` };
  const inbound_nodes = uses.map((use) => {
    const second = operator.operand === undefined ? undefined : use.named[operator.operand];
    return {
      args: second === undefined ? [use.first] : [use.first, operandOf(second)],
      kwargs: left(use.named, operator),
    };
  });
  return { class_name: operator.className, name, config: { name, ...operator.fields?.(named) }, inbound_nodes };
}

/** Tensors among the arguments of an operator that is not known, so that it stays connected. */
function left(named: JsonObject, { operand, fields }: Operator): JsonObject {
  if (operand !== undefined || fields) return {};
  return Object.fromEntries(
    Object.entries(named).flatMap(([key, value]) => (isTensor(value) ? [[key, operandOf(value)]] : [])),
  );
}

interface Use {
  readonly first: Json;
  /** The arguments that are given by name. */
  readonly named: JsonObject;
}

function useOf(node: Json): Use {
  const namedIn = (entry: Json | undefined): JsonObject => (isArray(entry) && isObject(entry[3]) ? entry[3] : {});
  if (!isArray(node)) return { first: null, named: {} };
  if (typeof node[0] === "string") return { first: operandOf(node.slice(0, 3)), named: namedIn(node) };
  return { first: node.map((entry) => operandOf(isArray(entry) ? entry.slice(0, 3) : entry)), named: namedIn(node[0]) };
}

function isTensor(value: Json | undefined): value is readonly Json[] {
  return isArray(value) && value.length === 3 && typeof value[0] === "string";
}

/** A tensor, a number or an array of numbers as Keras 3 writes it. */
function operandOf(value: Json): Json {
  if (isTensor(value)) {
    const [layer, , constant] = value;
    return layer === "_CONSTANT_VALUE"
      ? operandOf(constant!)
      : { class_name: "__keras_tensor__", config: { keras_history: value } };
  }
  return isArray(value) ? { class_name: "__tensor__", config: { value } } : value;
}

/** What a slice picks along each axis. */
function keyOf(spec: Json): Json {
  if (!isArray(spec)) return spec;
  return spec.map((item) =>
    isObject(item) && item.class_name === undefined ? { class_name: "__slice__", config: item } : item,
  );
}
