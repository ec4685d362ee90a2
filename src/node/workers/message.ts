/** What the calling thread and its workers tell each other. All of it survives structured cloning. */
import type { Bytes } from "../../core/base64.js";
import type { LensErrorCode } from "../../core/errors.js";
import type { Progress } from "../../core/run.js";
import type { WasmEngineOptions } from "../../engine/wasm/wasm.js";
import type { Network } from "../../network/network.js";
import type { ObjectiveJSON } from "../../optvis/objective/objective.js";
import type { Picture } from "../../optvis/picture.js";
import type { VisualizeOptions } from "../../optvis/visualize-options.js";

/** What a worker has from its start. */
export interface Equipment {
  readonly net: Pick<Network, "name" | "ops" | "input" | "notes">;
  /** Engines stay where they are: a worker makes one like it, on its one thread. */
  readonly engine: { readonly name: string } & Pick<WasmEngineOptions, "precision" | "relaxed">;
  /** Options without functions. */
  readonly options: VisualizeOptions;
}

/** What a worker is asked for: the pictures of a batch. */
export type Batch = readonly ObjectiveJSON[];

/** What a worker answers: how far it is, then its pictures or what is wrong. */
export type Answer =
  | { readonly progress: Progress }
  | { readonly pictures: readonly Picture[] }
  | { readonly error: { readonly code: LensErrorCode; readonly message: string } };

/** A figure to be drawn. */
export interface Drawing {
  readonly svg: string;
  /** Pixels of the PNG per pixel of the figure. */
  readonly scale: number;
}

/** What a drawing worker answers. */
export type Drawn = { readonly png: Bytes } | { readonly failed: string };
