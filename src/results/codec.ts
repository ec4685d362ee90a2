/** Results as text and back: JSON that opens without the model, checked by the schema of its kind. */
import { fitted } from "../core/check.js";
import { fromText, toPlain } from "../core/codec.js";
import { LensError } from "../core/errors.js";
import { nearestNames, shortList } from "../core/names.js";
import { shown } from "../core/numbers.js";
import { withResultMethods } from "../core/result.js";
import { fingerprint } from "../network/fingerprint.js";
import { checkNetwork, type Network } from "../network/network.js";
import { type AnyResult, type ResultKind, type Results, resultSchemas } from "./kinds.js";

/**
 * A result, or several, as JSON text that `parse` or `parseAll` reads back exactly.
 *
 * Arrays of float32 are written as base64; pictures whose values are all whole 255ths, such as photographs, as PNG.
 *
 * @throws LensError `bad-argument` for what is no result, or holds numbers that are not finite.
 * @public
 */
export function stringify(result: AnyResult | readonly AnyResult[]): string {
  const isList = Array.isArray(result);
  for (const each of (isList ? [...result] : [result]) as readonly unknown[]) {
    const kind = (each as { kind?: unknown } | null | undefined)?.kind;
    if (isKind(kind)) fitted(resultSchemas[kind], each, "bad-argument", "result");
    else
      throw new LensError(
        "bad-argument",
        `result is a result, such as a circuit or a picture, or a list of them; got ${shown(each)}`,
      );
  }
  return JSON.stringify(toPlain(result, isList ? "results" : (result as AnyResult).kind), null, 1);
}

/**
 * A result from its text.
 *
 * @throws LensError `file` when the text is none, is damaged, or was written by another version.
 * @public
 */
export function parse(text: string): AnyResult;
/**
 * A result of one kind from its text: `parse("circuit", text)`.
 *
 * @param net - The network it has to be of, where that matters.
 * @throws LensError `file` as above, and when the result is of another kind, or of another model than the one given.
 * @public
 */
export function parse<Kind extends ResultKind>(kind: Kind, text: string, net?: Network): Results[Kind];
export function parse(first: string, second?: string, net?: Network): AnyResult {
  const [wanted, text] = second === undefined ? [undefined, first] : [first, second];
  if (second !== undefined && !isKind(wanted)) throw unknownKind(wanted);
  const result = resultOf(fromText(textOf(text)), wanted ?? "result");
  if (wanted !== undefined && result.kind !== wanted)
    throw new LensError("file", `this text holds a ${result.kind} result; a ${wanted} result was expected`);
  checkModel(result, net);
  return result;
}

/**
 * The results of a text that holds a list of them, or one.
 *
 * @param net - The network they have to be of, where that matters.
 * @throws LensError `file` as `parse` does.
 * @public
 */
export function parseAll(text: string, net?: Network): AnyResult[] {
  const value = fromText(textOf(text));
  const results = Array.isArray(value)
    ? value.map((each: unknown, i) => resultOf(each, `result ${i + 1}`))
    : [resultOf(value, "result")];
  for (const result of results) checkModel(result, net);
  return results;
}

function isKind(kind: unknown): kind is ResultKind {
  return typeof kind === "string" && Object.hasOwn(resultSchemas, kind);
}

function unknownKind(kind: unknown): LensError {
  const kinds = Object.keys(resultSchemas);
  const near = typeof kind === "string" ? `the nearest is "${nearestNames(kind.slice(0, 60), kinds, 1)[0]}"; ` : "";
  return new LensError(
    "bad-argument",
    `there is no kind of result called ${shown(kind)}; ${near}there are ${shortList(kinds)}`,
  );
}

function textOf(text: unknown): string {
  if (typeof text === "string") return text;
  throw new LensError("bad-argument", `parse takes the text of a result; got ${shown(text)}`);
}

function resultOf(value: unknown, name: string): AnyResult {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const words = Array.isArray(value) ? "a list; parseAll reads lists of results" : shown(value);
    throw new LensError("file", `a saved result is an object with its kind; this text holds ${words}`);
  }
  const { kind, version, format } = value as { kind?: unknown; version?: unknown; format?: unknown };
  if (typeof format === "string" || kind === undefined) {
    const old = typeof format === "string" ? shown(format) : "something without a kind";
    throw new LensError(
      "file",
      `this text holds ${old}, which is no result of this version of convlens: make it again with this version`,
    );
  }
  if (!isKind(kind))
    throw new LensError(
      "file",
      `this text says it is of the kind ${shown(kind)}, which this version does not know; there are ${shortList(Object.keys(resultSchemas))}`,
    );
  if (version !== 1)
    throw new LensError(
      "file",
      `this text holds a ${kind} result of version ${shown(version)}; this version of convlens reads version 1: make it again`,
    );
  fitted(resultSchemas[kind], value, "file", name);
  // The value itself rather than the schema's copy of it: its fields keep their order, so that its text is the same again.
  return withMethods(value as AnyResult);
}

/** Results inside results, such as the pictures of a lab sheet, have the methods too. */
function withMethods<T>(value: T): T {
  if (Array.isArray(value)) value.forEach(withMethods);
  else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    Object.values(value).forEach(withMethods);
    if (isKind((value as { kind?: unknown }).kind) && "version" in value && "settings" in value)
      withResultMethods(value as unknown as AnyResult);
  }
  return value;
}

function checkModel({ kind, model }: AnyResult, net: Network | undefined): void {
  if (net === undefined) return;
  checkNetwork(net);
  if (model?.fingerprint === fingerprint(net)) return;
  const of = model ? `the model "${model.name}" (${model.fingerprint})` : "weights without a model";
  throw new LensError(
    "file",
    `this ${kind} result is of ${of}; the model given is "${net.name}" (${fingerprint(net)})`,
  );
}
