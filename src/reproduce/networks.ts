/** The networks that the claims can be asked of: the layer of each part that the articles speak of, and units known by hand. */
import { LensError } from "../core/errors.js";
import type { Network } from "../network/network.js";

/** The parts of a network that claims speak of. */
export interface Parts {
  /** The layer that reads the image. */
  readonly first: string;
  /** Where lines are found. */
  readonly lines: string;
  /** Where early curves are found. */
  readonly early: string;
  /** Where curve detectors are found. */
  readonly curves: string;
  /** Where high–low frequency detectors are found. */
  readonly highLow: string;
  /** A unit for cars, one for windows and one for wheels that it reads, where they are known. */
  readonly car?: string;
  readonly windows?: string;
  readonly wheels?: string;
  /**
   * Heads of animals that look left and right, a unit for both, and what each reads. The pairs were found by photographs of dogs: each
   * unit answers to a photograph as its partner does to the mirrored one.
   */
  readonly heads?: Heads;
}

/** Units of two mirrored paths that meet in one. */
export interface Heads {
  readonly union: string;
  readonly left: string;
  readonly right: string;
  /** Pairs of units that are read, the left one first. */
  readonly below: readonly (readonly [left: string, right: string])[];
}

const networks: readonly Parts[] = [
  {
    first: "conv1_7x7_s2",
    lines: "conv2_3x3",
    early: "inception_3a_output",
    curves: "inception_3b_output",
    highLow: "inception_3a_output",
    car: "inception_4c_output:176",
    windows: "inception_4b_output:166",
    wheels: "inception_4b_output:138",
    heads: {
      union: "inception_4c_output:378",
      left: "inception_4b_output:438",
      right: "inception_4b_output:425",
      below: [
        ["inception_4a_output:333", "inception_4a_output:302"],
        ["inception_4a_output:213", "inception_4a_output:264"],
        ["inception_4a_output:415", "inception_4a_output:414"],
      ],
    },
  },
  {
    first: "block1_conv1",
    lines: "block2_conv1",
    early: "block2_conv2",
    curves: "block3_conv2",
    highLow: "block3_conv1",
  },
  { first: "conv1", lines: "res2a_branch2b", early: "add", curves: "add_2", highLow: "add_1" },
];

/**
 * The parts of a network.
 *
 * @throws LensError `unsupported` for a network of other layers.
 */
export function partsOf(net: Network): Parts {
  const names = new Set(net.layers.map(({ name }) => name));
  const layersOf = ({ first, lines, early, curves, highLow }: Parts): string[] => [
    first,
    lines,
    early,
    curves,
    highLow,
  ];
  const found = networks.find((parts) => layersOf(parts).every((layer) => names.has(layer)));
  if (found) return found;
  const known = networks.map(({ first, curves }) => `"${first}" and "${curves}"`).join("; ");
  throw new LensError(
    "unsupported",
    `"${net.name}" has other layers than the networks whose parts are known (GoogLeNet of Caffe, VGG-19, ResNet-50 of Keras: ${known}); open one of those`,
  );
}

/** The layers and units of the parts, by name. */
export function namesOf({ heads, ...parts }: Parts): Record<string, string> {
  return { ...parts, ...(heads && { heads: [heads.union, heads.left, heads.right, ...heads.below.flat()].join(" ") }) };
}
