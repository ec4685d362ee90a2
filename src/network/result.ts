/**
 * The form of every result of the library: which kind it is, which model and engine made it, with which settings, and then
 * what was found. `stringify` writes it as text and `parse` reads it back, without the model.
 */
import { withResultMethods } from "../core/result.js";
import { version as library } from "../core/version.js";
import { fingerprint } from "./fingerprint.js";
import type { Network } from "./network.js";
import type { Preprocessing } from "./preprocessing.js";

/**
 * Which model a result is of, and how images were fed to it.
 *
 * @public
 */
export interface ModelReference {
  /** Name of the model. */
  readonly name: string;
  /** Fingerprint of its operations and weights. */
  readonly fingerprint: string;
  /** How an image became the network's input. */
  readonly preprocessing: Preprocessing;
  /** Whether somebody chose the preprocessing; otherwise it was assumed and may be wrong. */
  readonly stated: boolean;
}

/**
 * Which engine made a result.
 *
 * @public
 */
export interface EngineReference {
  /** Its name: `"cpu"`, `"wasm"` … */
  readonly name: string;
  /** How it computed where it has a choice; `null` where it has none. Results are the same to the bit only where this is. */
  readonly arithmetic: string | null;
}

/**
 * What every result says of itself.
 *
 * @public
 */
export interface Result<Kind extends string = string, Settings extends object = object> {
  /** What it is. */
  readonly kind: Kind;
  /** Version of the form of this kind. */
  readonly version: 1;
  /** Version of convlens that made it. */
  readonly library: string;
  /** The model; `null` for weights that belong to none. */
  readonly model: ModelReference | null;
  /** The engine that ran the model; absent where none did. */
  readonly engine?: EngineReference;
  /** What decided. */
  readonly settings: Settings;
}

/**
 * What every result of a network says of itself.
 *
 * @public
 */
export interface NetworkResult<Kind extends string = string, Settings extends object = object>
  extends Result<Kind, Settings> {
  /** The model. */
  readonly model: ModelReference;
}

/**
 * What every result says of itself that an engine made.
 *
 * @public
 */
export interface RunResult<Kind extends string = string, Settings extends object = object>
  extends NetworkResult<Kind, Settings> {
  /** The engine that ran the model. */
  readonly engine: EngineReference;
}

/** The reference to a network that its results carry. */
export function modelReference(net: Network): ModelReference {
  const { preprocessing, stated } = net.input;
  return { name: net.name, fingerprint: fingerprint(net), preprocessing, stated };
}

/** A result with some of its fields replaced. */
export function withFields<R extends Result>(result: R, fields: Partial<R>): R {
  return withResultMethods({ ...result, ...fields });
}

/** What a result is made of besides what was found. */
interface Provenance<Settings extends object> {
  readonly engine?: EngineLike | undefined;
  readonly settings: Settings;
}

interface EngineLike {
  readonly name: string;
  readonly arithmetic?: string | undefined;
}

/** The reference to an engine that its results carry. */
export function engineReference({ name, arithmetic }: EngineLike): EngineReference {
  return { name, arithmetic: arithmetic ?? null };
}

/** The envelope of a result of a network. */
export function createResult<Kind extends string, Settings extends object, Found extends object>(
  kind: Kind,
  net: Network,
  provenance: Provenance<Settings> & { readonly engine: EngineLike },
  found: Found,
): RunResult<Kind, Settings> & Found;
export function createResult<Kind extends string, Settings extends object, Found extends object>(
  kind: Kind,
  net: Network,
  provenance: Provenance<Settings>,
  found: Found,
): NetworkResult<Kind, Settings> & Found;
export function createResult<Kind extends string, Settings extends object, Found extends object>(
  kind: Kind,
  net: Network,
  provenance: Provenance<Settings>,
  found: Found,
): NetworkResult<Kind, Settings> & Found {
  return resultOf(kind, modelReference(net), provenance, found);
}

/** The envelope of a result of a model, or of weights without one. */
export function resultOf<
  Kind extends string,
  Model extends ModelReference | null,
  Settings extends object,
  Found extends object,
>(
  kind: Kind,
  model: Model,
  { engine, settings }: Provenance<Settings>,
  found: Found,
): Result<Kind, Settings> & { readonly model: Model } & Found {
  const ran = engine && { engine: engineReference(engine) };
  return withResultMethods({ kind, version: 1, library, model, ...ran, settings, ...found });
}
