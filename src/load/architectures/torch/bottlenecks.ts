/**
 * Networks of inverted bottlenecks, MobileNet V2 and V3 and EfficientNet, as torchvision and timm build them: a 1 × 1 convolution to many
 * channels, a convolution of each of these by itself, weights for the channels, and a 1 × 1 convolution back to few. Both libraries compute
 * the same and call their modules differently, so that a network is a table, and a library is a set of names.
 */
import { type ArchitectureRecipe, Recipe } from "../recipe.js";
import { conv, depthwise, weighed } from "./modules.js";

/** A block. */
export interface Block {
  /** Side of its kernels. */
  readonly size: number;
  /** Channels between its 1 × 1 convolutions; where it is given as many, it has no first one. */
  readonly wide: number;
  /** Channels that it puts out. */
  readonly filters: number;
  readonly strides: number;
  /** Channels before the weights of the wide ones; 0 for none. */
  readonly few: number;
  readonly activation: string;
}

/** A network. */
export interface BottleneckNetwork {
  readonly name: string;
  readonly stem: number;
  readonly stages: readonly (readonly Block[])[];
  /** Channels of the last 1 × 1 convolution. */
  readonly head: number;
  readonly activation: string;
  /** Functions in the weighing of channels. */
  readonly weighing: readonly [narrow: string, gate: string];
  /** Features of another dense layer before the classes. */
  readonly features?: number;
}

/** Words of a library for a convolution, its norm and its activation. */
export interface Part {
  readonly conv: string;
  readonly norm: string;
  readonly act: string;
}

/** Words of a library for the parts of a network. */
export interface BottleneckNames {
  readonly stem: Part;
  /** Of a block, by its stage, its place in there and its place in the whole network, from 0. */
  block(
    stage: number,
    place: readonly [inStage: number, inAll: number],
  ): {
    readonly block: string;
    /** The block's next convolution. */
    next(kind: "expand" | "depthwise" | "project", expands: boolean): Part;
    weighing(): { readonly at: string; readonly parts: readonly [string, string] };
  };
  head(stages: number, blocks: number): Part;
  readonly epsilon: number;
  /** The dense layers, or those written as convolutions, of the classifier. */
  top(net: Recipe, x: string, count: number, network: BottleneckNetwork): void;
}

/** The recipe of a network in the words of a library. */
export function bottlenecks(network: BottleneckNetwork, names: BottleneckNames): ArchitectureRecipe {
  return (top, count) => {
    const net = new Recipe(network.name, "torch");
    const normed = ({ norm }: Part, x: string): string => net.norm(norm, x, names.epsilon);
    const active = (part: Part, x: string, activation: string): string =>
      net.activation(part.act, normed(part, x), activation);
    let x = conv(net, names.stem.conv, net.image(), [network.stem, 3, 2]);
    x = active(names.stem, x, network.activation);
    let [channels, i] = [network.stem, 0];
    for (const [stage, blocks] of network.stages.entries()) {
      for (const [b, { size, wide, filters, strides, few, activation }] of blocks.entries()) {
        const { block, next, weighing } = names.block(stage, [b, i++]);
        const given = x;
        const expands = wide !== channels;
        if (expands) {
          const part = next("expand", expands);
          x = active(part, conv(net, part.conv, x, [wide, 1]), activation);
        }
        const deep = next("depthwise", expands);
        x = active(deep, depthwise(net, deep.conv, x, [size, strides]), activation);
        if (few > 0) {
          const { at, parts } = weighing();
          x = weighed(net, at, x, { few, all: wide, parts, functions: network.weighing });
        }
        const last = next("project", expands);
        x = normed(last, conv(net, last.conv, x, [filters, 1]));
        if (strides === 1 && filters === channels) x = net.add(block, [given, x]);
        channels = filters;
      }
    }
    const head = names.head(network.stages.length, i);
    x = active(head, conv(net, head.conv, x, [network.head, 1]), network.activation);
    if (top) names.top(net, x, count, network);
    return net;
  };
}
