/**
 * Shapes of operations while a network is put together. Past a layer that cannot be computed shapes are guesses: such a
 * layer is taken to put out the shape it reads, until weights behind it say how many channels they want.
 */
import { LensError } from "../core/errors.js";
import { formatShape, type Shape } from "../core/shape.js";
import { semanticsOf } from "../network/ops/table.js";
import type { Op } from "../network/ops.js";
import { outputShape } from "../network/shapes.js";
import type { OpDraft } from "./layers/reader.js";

/** Largest size that a file is believed. */
const largest = 2 ** 26;

/** Shapes of operations while they are being found out. */
export class ShapeTable {
  readonly #shapes = new Map<string, { shape: Shape; sure: boolean }>();
  readonly #drafts = new Map<string, OpDraft>();
  readonly #image: Shape;

  constructor(image: Shape) {
    this.#image = image;
  }

  of(name: string): { readonly shape: Shape; readonly sure: boolean } {
    return this.#shapes.get(name)!;
  }

  /** Finds the shape of an operation from those it reads. */
  settle(draft: OpDraft, layer: string): void {
    const sure = draft.kind !== "opaque" && draft.inputs.every((name) => this.of(name).sure);
    if (!sure) this.#correct(draft);
    this.#drafts.set(draft.name, draft);
    const shape = this.#shapeOf(draft, sure, layer);
    if (shape.some((n) => n !== null && n > largest)) {
      throw new LensError(
        "bad-model",
        `layer "${layer}" puts out ${formatShape(shape)}; no size is believed beyond ${largest}: get the model again`,
      );
    }
    this.#shapes.set(draft.name, { shape, sure });
  }

  #shapeOf(draft: OpDraft, sure: boolean, layer: string): Shape {
    if (draft.kind === "input") return this.#image;
    const inputs = draft.inputs.map((name) => this.of(name).shape);
    if (draft.kind === "opaque") return inputs[0]!;
    try {
      return outputShape({ ...draft, layer, output: draft.output ?? [] } as Op, inputs);
    } catch (cause) {
      if (sure)
        throw new LensError("bad-model", `the model does not fit together: ${(cause as Error).message}`, { cause });
      return inputs[0]!;
    }
  }

  /** Lets weights say how many channels the guessed shape in front of them has. */
  #correct(draft: OpDraft): void {
    const wanted = semanticsOf(draft).channelsRead(draft as Op);
    for (let name = draft.inputs[0]!; wanted !== null; ) {
      const { shape, sure } = this.of(name);
      const before = this.#drafts.get(name)!;
      if (sure) return;
      this.#shapes.set(name, { shape: [...shape.slice(0, -1), wanted], sure });
      const { kind } = semanticsOf(before).channels(before as Op, [wanted]);
      if (kind !== "kept") return;
      name = before.inputs[0]!;
    }
  }
}
