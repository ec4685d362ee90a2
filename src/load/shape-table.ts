/**
 * Shapes of operations while a network is put together. Past a layer that cannot be computed shapes are guesses: such a
 * layer is taken to put out the shape it reads, until weights behind it say how many channels they want.
 */
import { LensError } from "../core/errors.js";
import { channelsOf, formatShape, type Shape } from "../core/shape.js";
import { semanticsOf } from "../network/ops/table.js";
import type { Op } from "../network/ops.js";
import { outputShape } from "../network/shapes.js";
import type { OpDraft } from "./layers/reader.js";

/** Largest size that a file is believed. */
const largest = 2 ** 26;

/** A shape, and how much of it is known. */
export interface KnownShape {
  readonly shape: Shape;
  /** Whether all of it follows from what the model says; past a layer that cannot be computed it is a guess. */
  readonly sure: boolean;
  /** Whether the number of channels is no guess: it follows from what is sure, or weights behind it say it. */
  readonly channelsKnown: boolean;
}

/** Shapes of operations while they are being found out. */
export class ShapeTable {
  readonly #shapes = new Map<string, KnownShape>();
  readonly #drafts = new Map<string, OpDraft>();
  /** Channels that weights behind an operation say it has. */
  readonly #told = new Map<string, number>();
  /** Channels that layers that cannot be computed have by their own settings: better guesses than what they read. */
  readonly #hints = new Map<string, number>();
  readonly #image: Shape;

  constructor(image: Shape) {
    this.#image = image;
  }

  of(name: string): KnownShape {
    return this.#shapes.get(name)!;
  }

  /** Finds the shape of an operation from those it reads; `filters` is what an opaque layer says of its channels. */
  settle(draft: OpDraft, layer: string, filters?: number): void {
    if (filters !== undefined && draft.kind === "opaque") this.#hints.set(draft.name, filters);
    const wanted = semanticsOf(draft).channelsRead(draft as Op);
    if (wanted !== null && this.#tell(draft.inputs[0]!, wanted)) this.#settleAgain();
    this.#drafts.set(draft.name, draft);
    const known = this.#find(draft, layer);
    if (known.shape.some((n) => n !== null && n > largest)) {
      throw new LensError(
        "bad-model",
        `layer "${layer}" puts out ${formatShape(known.shape)}; no size is believed beyond ${largest}: get the model again`,
      );
    }
    this.#shapes.set(draft.name, known);
  }

  /** Finds once more what was guessed, from what was told since. */
  #settleAgain(): void {
    for (const [name, draft] of this.#drafts) {
      if (!this.of(name).sure) this.#shapes.set(name, this.#find(draft, draft.layer ?? name));
    }
  }

  #find(draft: OpDraft, layer: string): KnownShape {
    const inputs = draft.inputs.map((name) => this.of(name));
    const sure = draft.kind !== "opaque" && inputs.every((input) => input.sure);
    const shape = this.#shapeOf(draft, { inputs, sure, layer });
    const told = this.#told.get(draft.name);
    if (!sure && told !== undefined) return { shape: [...shape.slice(0, -1), told], sure, channelsKnown: true };
    return { shape, sure, channelsKnown: sure || this.#makesChannels(draft, inputs) };
  }

  /** Whether an operation of unknown size has a known number of channels. */
  #makesChannels(draft: OpDraft, inputs: readonly KnownShape[]): boolean {
    if (draft.kind === "opaque" || draft.kind === "reshape") return false;
    return semanticsOf(draft).channelsRead(draft as Op) !== null || inputs.every((input) => input.channelsKnown);
  }

  #shapeOf(
    draft: OpDraft,
    { inputs, sure, layer }: { readonly inputs: readonly KnownShape[]; readonly sure: boolean; readonly layer: string },
  ): Shape {
    if (draft.kind === "input") return this.#image;
    const known = inputs.find((input) => input.channelsKnown) ?? inputs[0]!;
    if (draft.kind === "opaque") return hinted(inputs[0]!.shape, this.#hints.get(draft.name));
    try {
      const shapes = inputs.map(({ shape }) => shape);
      return outputShape({ ...draft, layer, output: draft.output ?? [] } as Op, shapes);
    } catch (cause) {
      if (sure)
        throw new LensError("bad-model", `the model does not fit together: ${(cause as Error).message}`, { cause });
      return guessedShape(draft, inputs, known.shape);
    }
  }

  /**
   * Lets weights say how many channels the map in front of them has, and what hands those channels on to it: of a
   * concatenation the one part that is a guess. Says whether anything was news.
   */
  #tell(name: string, channels: number): boolean {
    const known = this.of(name);
    if (known.channelsKnown) return false;
    this.#told.set(name, channels);
    this.#shapes.set(name, { ...known, shape: [...known.shape.slice(0, -1), channels], channelsKnown: true });
    const draft = this.#drafts.get(name)!;
    const inputs = draft.inputs.map((input) => this.of(input));
    if (draft.kind === "reshape" || draft.kind === "opaque") return true;
    const { kind } = semanticsOf(draft).channels(draft as Op, [channels]);
    if (kind === "kept") this.#tell(draft.inputs[0]!, channels);
    if (kind !== "concatenated") return true;
    const guesses = draft.inputs.filter((_, i) => !inputs[i]!.channelsKnown);
    const rest = inputs.reduce(
      (sum, { channelsKnown, shape }) => sum - (channelsKnown ? channelsOf(shape) : 0),
      channels,
    );
    if (guesses.length === 1 && rest > 0) this.#tell(guesses[0]!, rest);
    // Several layers whose own settings say as many channels together are believed.
    const hints = guesses.map((guess) => this.#hints.get(guess) ?? Number.NaN);
    if (guesses.length > 1 && hints.reduce((sum, n) => sum + n, 0) === rest) {
      guesses.forEach((guess, i) => {
        this.#tell(guess, hints[i]!);
      });
    }
    return true;
  }
}

function hinted(shape: Shape, channels: number | undefined): Shape {
  return channels === undefined ? shape : [...shape.slice(0, -1), channels];
}

/** The shape of an operation whose inputs, being guesses, do not go together. */
function guessedShape(draft: OpDraft, inputs: readonly KnownShape[], like: Shape): Shape {
  const sum = inputs.reduce((total, { shape }) => total + channelsOf(shape), 0);
  const made = semanticsOf(draft).kernels(draft as Op)?.outputs ?? (draft.kind === "concat" ? sum : channelsOf(like));
  return [...like.slice(0, -1), made];
}

/**
 * The operations that an operation reads with channels whose number is a guess, where its own channels are numbered by
 * them; it cannot be told then which of its channels is whose.
 */
export function guessesBefore(
  draft: Pick<OpDraft, "kind" | "inputs">,
  shapes: Pick<ShapeTable, "of">,
): readonly string[] {
  if (draft.kind !== "concat" && draft.kind !== "reshape") return [];
  return draft.inputs.filter((name) => !shapes.of(name).channelsKnown);
}
