/**
 * A network while it grows out of a graph. Nodes come one by one and become operations; what a framework wrote as several
 * nodes of one layer, such as a convolution, its bias and its rectifier, is put together again, so that the same network
 * is the same whatever file it came from.
 */
import { LensError } from "../../core/errors.js";
import { formatShape, type Shape } from "../../core/shape.js";
import type { ImageInput, Network } from "../../network/network.js";
import type { Activation } from "../../network/ops.js";
import { networkOf } from "../build.js";
import type { OpDraft } from "../layers/reader.js";
import { ShapeTable } from "../shape-table.js";
import type { GraphMap } from "./value.js";
import { type View, viewIn, viewOfVector } from "./view.js";

/** A draft with the layer it belongs to. */
export type LayerDraft = OpDraft & { layer: string };

/** How a draft is added. */
export interface Adding {
  /**
   * The axes as the file sees the result: in an order such as "NCHW", or a view made of the shape it has.
   *
   * @defaultValue those of the first map it reads
   */
  readonly axes?: string | View | ((shape: Shape) => View) | undefined;
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

  /** How many examples the file is made for; 1 where it leaves their number free. */
  readonly #batch: number;

  constructor(input: ImageInput, batch = 1) {
    this.#input = input;
    this.#batch = batch;
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
  add(draft: OpDraft, reads: readonly GraphMap[], { axes, readers }: Adding): GraphMap {
    if (this.#drafts.size >= mostOps) {
      throw new LensError("bad-model", `the model has more than ${mostOps} operations; give a smaller one`);
    }
    const whole = { ...draft, layer: draft.layer ?? draft.name } as LayerDraft;
    this.#shapes.settle(whole, whole.layer);
    this.#drafts.set(whole.name, whole);
    const { shape, sure } = this.#shapes.of(whole.name);
    return {
      kind: "map",
      op: whole.name,
      shape,
      sure: sure && reads.every((map) => map.sure),
      axes: this.#viewOf(axes ?? reads[0]?.axes ?? "NHWC", shape),
      readers,
    };
  }

  #viewOf(axes: NonNullable<Adding["axes"]>, shape: Shape): View {
    if (typeof axes === "string") return viewIn(axes, shape, this.#batch);
    return typeof axes === "function" ? axes(shape) : axes;
  }

  /** A map under other axes. */
  seenAs(map: GraphMap, axes: NonNullable<Adding["axes"]>): GraphMap {
    return { ...map, axes: this.#viewOf(axes, map.shape) };
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
    if (!("kernel" in draft) || !this.isOf(draft.layer, layer) || draft.activation.name !== "linear") return false;
    this.replace({ ...draft, activation });
    return true;
  }

  /** The same numbers, in the same order, stored in another shape. */
  restored(map: GraphMap, output: Shape, axes: Adding["axes"]): GraphMap {
    const draft = this.draftOf(map);
    // What was stored in that shape before is itself again.
    if (draft.kind === "reshape" && formatShape(this.#shapes.of(draft.inputs[0]!).shape) === formatShape(output)) {
      return { ...map, op: draft.inputs[0]!, shape: output, axes: this.#viewOf(axes ?? map.axes, output) };
    }
    const isPixel = (shape: Shape): boolean => shape.length === 1 || (shape[0] === 1 && shape[1] === 1);
    const part = output.length === 1 ? "vector" : isPixel(output) ? "pixel" : "map";
    // A vector and a map of one pixel have the same units, and are one layer.
    const place =
      isPixel(map.shape) && isPixel(output)
        ? { name: this.freeName(`${map.op}/${part}`), layer: draft.layer }
        : this.placeBehind(map, part);
    return this.add({ kind: "reshape", ...place, inputs: [map.op], output }, [map], { axes, readers: map.readers });
  }

  /** Name and layer of an operation that the file does not have, which puts a map in another order; its units are others. */
  placeBehind(map: GraphMap, what: string): { name: string; layer: string } {
    return this.place(`${this.draftOf(map).layer}/${what}`, []);
  }

  /** A map as `[height, width, channels]`: a vector is laid out as one pixel. */
  asMap(map: GraphMap): GraphMap {
    if (map.shape.length !== 1) return map;
    const axes = map.axes.map((axis) => axis.map((part) => (part.axis === 0 ? { ...part, axis: 2 } : part)));
    return this.restored(map, [1, 1, map.shape[0]!], axes);
  }

  /** A map of known size as a vector, in the order in which it is stored; `null` where its size is free. */
  asVector(map: GraphMap): GraphMap | null {
    if (map.shape.length === 1) return map;
    const axes = viewOfVector(map.axes, map.shape);
    const count = map.shape.reduce<number>((product, n) => product * (n ?? Number.NaN), 1);
    return axes && this.restored(map, [count], axes);
  }

  /** The network: the operations that lead to its outputs, or all of them where an output is not known. */
  finish(name: string, outputs: readonly (GraphMap | undefined)[] = []): Network {
    if (outputs.length > 0 && outputs.every((output) => output !== undefined)) this.#keepLeadingTo(outputs);
    const renamed = this.#finalNames();
    const drafts = [...this.#drafts.values()].map((draft) => ({
      ...draft,
      name: renamed.get(draft.name)!,
      inputs: draft.inputs.map((input) => renamed.get(input)!),
    }));
    const shapes = { of: (wanted: string) => this.#shapes.of(this.#before.get(wanted)!) };
    return networkOf(name, drafts, { shapes, input: this.#input, notes: this.notes });
  }

  #keepLeadingTo(outputs: readonly GraphMap[]): void {
    const kept = new Set<string>();
    const waiting = outputs.map(({ op }) => op);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (kept.has(name)) continue;
      kept.add(name);
      waiting.push(...this.#drafts.get(name)!.inputs);
    }
    for (const { name, kind } of [...this.#drafts.values()]) {
      if (!kept.has(name) && kind !== "input") this.#drafts.delete(name);
    }
    this.#renumberLayers();
  }

  /** Calls after calls were taken back are counted anew: the second that is left of "conv" is "conv#1". */
  #renumberLayers(): void {
    const taken = new Set<string>();
    const renamed = new Map<string, string>();
    for (const draft of [...this.#drafts.values()]) {
      const { layer } = draft;
      if (!renamed.has(layer)) {
        const base = this.#bases.get(layer) ?? layer;
        let [use, name] = [0, base];
        while (taken.has(name)) name = `${base}#${++use}`;
        taken.add(name);
        renamed.set(layer, name);
      }
      this.#drafts.set(draft.name, { ...draft, layer: renamed.get(layer)! });
    }
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
