/**
 * A network while it grows out of a graph. Nodes come one by one and become operations; what a framework wrote as several
 * nodes of one layer, such as a convolution, its bias and its rectifier, is put together again, so that the same network
 * is the same whatever file it came from.
 */
import { LensError } from "../../core/errors.js";
import { formatShape } from "../../core/shape.js";
import type { ImageInput, Network } from "../../network/network.js";
import type { Activation } from "../../network/ops.js";
import { networkOf } from "../build.js";
import type { OpDraft } from "../layers/reader.js";
import { ShapeTable } from "../shape-table.js";
import type { GraphMap } from "./value.js";

/** A draft with the layer it belongs to. */
export type LayerDraft = OpDraft & { layer: string };

/** How a draft is added. */
export interface Adding {
  /** The axes as the file sees the result. @defaultValue those of the first map it reads */
  readonly axes?: string;
  /** See `GraphMap`. */
  readonly packed?: GraphMap["packed"];
  /** How many nodes read the result. */
  readonly readers: number;
}

/** Most operations of a network: far above any real one, and few enough to be drawn up in seconds. */
const mostOps = 20_000;

/** Collects operations. */
export class GraphBuilder {
  readonly notes: string[] = [];
  readonly #drafts = new Map<string, LayerDraft>();
  readonly #shapes: ShapeTable;
  readonly #input: ImageInput;
  readonly #layers = new Map<string, number>();
  /** The name, while building, of each operation of the network. */
  readonly #before = new Map<string, string>();
  /** The name that each layer had before it was told apart from others of that name. */
  readonly #bases = new Map<string, string>();

  constructor(input: ImageInput) {
    this.#input = input;
    this.#shapes = new ShapeTable(input.shape);
  }

  /** The image. */
  addInput(name: string, { axes, readers }: { axes: string; readers: number }): GraphMap {
    return this.add({ kind: "input", name: this.freeName(name), inputs: [] }, [], { axes, readers });
  }

  /** A name that no operation has yet: `conv`, `conv#1`, … */
  freeName(layer: string): string {
    let use = this.#layers.get(layer) ?? 0;
    let name = use === 0 ? layer : `${layer}#${use}`;
    while (this.#drafts.has(name)) name = `${layer}#${++use}`;
    this.#layers.set(layer, use + 1);
    return name;
  }

  /** Adds an operation that reads maps. */
  add(draft: OpDraft, reads: readonly GraphMap[], { axes, packed, readers }: Adding): GraphMap {
    if (this.#drafts.size >= mostOps) {
      throw new LensError("bad-model", `the model has more than ${mostOps} operations; give a smaller one`);
    }
    const whole = { ...draft, layer: draft.layer ?? draft.name } as LayerDraft;
    this.#shapes.settle(whole, whole.layer);
    this.#drafts.set(whole.name, whole);
    const { shape, sure } = this.#shapes.of(whole.name);
    const order = axes ?? reads[0]?.axes ?? "NHWC";
    return {
      kind: "map",
      op: whole.name,
      shape,
      sure: sure && reads.every((map) => map.sure),
      axes: order,
      packed,
      readers,
    };
  }

  /** The operation that makes a map. */
  draftOf({ op }: GraphMap): LayerDraft {
    return this.#drafts.get(op)!;
  }

  /** Puts another operation of the same shape and name in the place of one. */
  replace(draft: LayerDraft): void {
    this.#drafts.set(draft.name, draft);
  }

  /** Takes back an operation that nothing reads any more. */
  remove({ op }: GraphMap): void {
    this.#drafts.delete(op);
  }

  /**
   * Name and layer of an operation that is added. What reads an operation of its own layer belongs to it; a layer that is
   * met again elsewhere was called again, and is a layer of its own.
   */
  place(layer: string, reads: readonly GraphMap[]): { name: string; layer: string } {
    const name = this.freeName(layer);
    const same = reads.map((map) => this.draftOf(map).layer).find((other) => this.isOf(other, layer));
    if (same === undefined) this.#bases.set(name, layer);
    return { name, layer: same ?? name };
  }

  /** Whether a layer is one of a name, or a further call of it. */
  isOf(layer: string, name: string): boolean {
    return this.#bases.get(layer) === name;
  }

  /** Gives the convolution or dense layer that alone makes a map its activation, where it belongs to the same layer. */
  fuseActivation(map: GraphMap, activation: Activation, layer: string): boolean {
    const draft = this.draftOf(map);
    const weighted = draft.kind === "conv" || draft.kind === "depthwise" || draft.kind === "dense";
    if (!weighted || !this.isOf(draft.layer, layer) || draft.activation.name !== "linear") return false;
    this.replace({ ...draft, activation });
    return true;
  }

  /** A map as three axes, `[height, width, channels]`: a vector is laid out as one pixel. */
  asMap(map: GraphMap): GraphMap {
    if (map.shape.length !== 1) return map;
    const name = this.freeName(`${map.op}/pixel`);
    const layer = this.draftOf(map).layer;
    return this.add({ kind: "reshape", name, layer, inputs: [map.op], output: [1, 1, map.shape[0]!] }, [map], map);
  }

  /** A map of one pixel as a vector; `null` for any other map. */
  asVector(map: GraphMap): GraphMap | null {
    if (map.shape.length === 1) return map;
    if (map.shape[0] !== 1 || map.shape[1] !== 1) return null;
    const draft = this.draftOf(map);
    // A vector that was laid out as a map is itself again.
    if (draft.kind === "reshape" && draft.inputs.length === 1) {
      const inner = this.#shapes.of(draft.inputs[0]!);
      if (inner.shape.length === 1) return { ...map, op: draft.inputs[0]!, shape: inner.shape };
    }
    const name = this.freeName(`${map.op}/vector`);
    return this.add(
      { kind: "reshape", name, layer: draft.layer, inputs: [map.op], output: [map.shape[2]!] },
      [map],
      map,
    );
  }

  /** The network. */
  finish(name: string): Network {
    const renamed = this.#finalNames();
    const drafts = [...this.#drafts.values()].map((draft) => ({
      ...draft,
      name: renamed.get(draft.name)!,
      inputs: draft.inputs.map((input) => renamed.get(input)!),
    }));
    const shapes = { of: (wanted: string) => this.#shapes.of(this.#before.get(wanted)!) };
    return networkOf(name, drafts, { shapes, input: this.#input, notes: this.notes });
  }

  /** Of a layer of several operations the last one carries its name, and the others say what they are: `sep/depthwise`. */
  #finalNames(): Map<string, string> {
    const last = new Map([...this.#drafts.values()].map(({ layer, name }) => [layer, name]));
    const renamed = new Map<string, string>();
    for (const { name, layer, kind } of this.#drafts.values()) {
      let wanted = last.get(layer) === name ? layer : `${layer}/${kind === "globalPool" ? "pool" : kind}`;
      while (this.#before.has(wanted)) wanted = `${wanted}'`;
      this.#before.set(wanted, name);
      renamed.set(name, wanted);
    }
    return renamed;
  }
}

/** `4×4×3 and 8`: shapes of maps, for messages. */
export function shapesOf(maps: readonly GraphMap[]): string {
  return maps.map(({ shape }) => formatShape(shape)).join(" and ");
}
