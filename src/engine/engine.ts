/**
 * The engine interface. An engine loads plans and runs them forward, and backward to the input by the adjoint of every
 * step, through frozen weights. `cpu` is the definition; one conformance suite holds every other engine to it.
 */
import { optional } from "valibot";
import { objectWith, type Schema } from "../core/check.js";
import type { Plan } from "./plan.js";

/**
 * A stack of maps: `[count, height, width, channels]`, the channel fastest.
 *
 * @public
 */
export interface Volume {
  /** Number of maps (batch). */
  readonly count: number;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Channels. */
  readonly channels: number;
  /** `count × height × width × channels` values. */
  readonly data: Float32Array;
}

/** An engine. */
export const givenEngineSchema: Schema<Engine> = objectWith<Engine>(
  ["load", "dispose"],
  'an engine, as `await createEngine("wasm")` gives',
  ({ name }) => typeof name === "string",
);

/** An engine, as an option that may be left out. */
export const engineSchema: Schema<Engine | undefined> = optional(givenEngineSchema);

/** How the adjoint treats rectified units. */
export interface BackwardOptions {
  /**
   * Redirected ReLU (Lucid): at a rectifier where, for a whole example, no gradient passes, let through what would raise
   * the pre-activation: gradients above zero where the unit is silent, below zero where it is at its ceiling.
   *
   * @defaultValue false
   */
  readonly redirect?: boolean;
}

/**
 * A plan made ready by an engine. Calls must not overlap.
 *
 * Guarantees: results belong to the caller and are never written again; `forward` accepts any count and size the plan
 * allows, also different ones from call to call; nothing is left allocated on the engine after `dispose`.
 */
export interface Executable {
  /** What was loaded. */
  readonly plan: Plan;
  /** Runs the plan on preprocessed input and returns each target, in the order of the plan's targets. */
  forward(input: Volume): Promise<readonly Volume[]>;
  /**
   * Gradient of `Σ ⟨gradients[i], target[i]⟩` with respect to the input of the latest `forward`. `null` is a target that
   * does not count.
   */
  backward(gradients: readonly (Float32Array | null)[], options?: BackwardOptions): Promise<Volume>;
  /** Releases what this plan holds; weights shared with other plans stay until the last of them goes. */
  dispose(): void;
}

/**
 * Something that runs networks.
 *
 * @public
 */
export interface Engine {
  /** `"cpu"`, `"wasm"`, `"tfjs-wasm"` …: recorded in results. */
  readonly name: string;
  /** How it computes where it has a choice, `"fast, relaxed"`: recorded too, as results are the same to the bit only where this is. */
  readonly arithmetic?: string | undefined;
  /**
   * Makes a plan ready.
   *
   * @internal
   */
  load(plan: Plan): Promise<Executable>;
  /** Releases everything the engine holds. */
  dispose(): void;
}
