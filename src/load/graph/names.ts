/**
 * Names of layers in formats that have none. A node of a graph, and a weight, are called after the layer they stem from:
 *
 *     StatefulPartitionedCall/vgg19/block1_conv1/Conv2D        →  block1_conv1      TensorFlow: the scope
 *     /layer1/layer1.0/conv1/Conv                              →  layer1.0.conv1    PyTorch: the path of modules
 *     layer1.0.conv1.weight                                    →  layer1.0.conv1    a weight of PyTorch
 */

/** What of a node a name is made of. */
interface NamedNode {
  readonly name: string;
  /** Whether the file gives the node no name; it is then called after what it puts out. */
  readonly nameless?: boolean | undefined;
  readonly type: string;
}

/** How the name of a node, and of weights that it reads, become the name of a layer. */
export type Naming = (node: NamedNode, weights: readonly string[]) => string;

/** Parts of a weight's name that say what it is of its layer. */
const roles =
  /^(?:ReadVariableOp(?:_\d+)?|read|resource|kernel|bias|weights?|gamma|beta|(?:moving_)?(?:mean|variance)|depthwise.*|pointwise_kernel|separable_conv2d.*|Conv2D.*|MatMul.*|BiasAdd.*|alpha|Neg|Variable.*)$/;

/** Parts of a node's name that say how a layer is computed: a batch norm as a product and a sum, enlarging by a resize. */
const kinds = /^(?:FusedBatchNorm.*|batchnorm.*|resize|Conv2D|MatMul)$/;

/** Wrappers that TensorFlow puts around a whole model. */
const wrapper = /^(?:Stateful)?PartitionedCall(?:_\d+)?$/;

/** The naming of a graph, from the names of all of its nodes. */
export function namingOf(nodes: readonly NamedNode[]): Naming {
  const paths = nodes.map(({ name }) => partsOf(name)).filter((parts) => parts.length > 1);
  const [first] = paths;
  const root = first && paths.length > 1 && paths.every((parts) => parts[0] === first[0]) ? first[0] : null;
  const inside = (name: string): string[] => {
    const parts = partsOf(name);
    return root !== null && parts.length > 1 && parts[0] === root ? parts.slice(1) : parts;
  };
  return ({ name, nameless, type }, weights) => {
    for (const weight of weights) {
      const said = /^([\w.-]+)\.(?:weight|bias)$/.exec(weight) ?? /^(.+)_[wb]_0$/.exec(weight);
      if (said) return said[1]!;
      const path = inside(weight);
      const scope = without(path, roles);
      if (scope.length < path.length) return scope.join("/");
    }
    // Where nodes have no names, what they put out is numbered: conv1_1, conv1_2.
    const parts = inside(nameless ? name.replace(/_\d+$/, "") : name);
    if (parts.includes("separable_conv2d")) return parts.slice(0, parts.indexOf("separable_conv2d")).join("/");
    const isLayer = parts.length === 1 || !saysKind(parts.at(-1)!, type);
    return modulePath(isLayer ? parts : without(parts.slice(0, -1), kinds));
  };
}

/** Whether the last part of a node's name says what kind of node it is; in Caffe's it is the layer's own, `inception_3a/3x3`. */
function saysKind(last: string, type: string): boolean {
  const word = last.replace(/(?:_\d+)+$/, "").toLowerCase();
  return !/^(?:\d+x\d+|relu_\w|pool_\w|norm\d|output$|classifier$|conv$|fc$)/.test(word) || word === type.toLowerCase();
}

function partsOf(name: string): string[] {
  const parts = name
    .replace(/:\d+$/, "")
    .split("/")
    .filter((part) => part !== "");
  const kept = parts.filter((part, i) => i === parts.length - 1 || !wrapper.test(part));
  return kept.length > 0 ? kept : ["node"];
}

/** A path without the parts at its end that say no more than a role or a kind; the first part stays. */
function without(parts: readonly string[], ends: RegExp): string[] {
  let length = parts.length;
  while (length > 1 && ends.test(parts[length - 1]!)) length--;
  return parts.slice(0, length);
}

/** PyTorch repeats the name of a list in each of its members: `layer1/layer1.0/conv1` is `layer1.0.conv1`. */
function modulePath(parts: readonly string[]): string {
  const isTorch = parts.some((part, i) => i > 0 && part.startsWith(`${parts[i - 1]}.`));
  if (!isTorch) return parts.join("/");
  return parts.filter((part, i) => !parts[i + 1]?.startsWith(`${part}.`)).join(".");
}
