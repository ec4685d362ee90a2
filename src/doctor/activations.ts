/** What photographs tell about layers: units that never answer, values out of all proportion, batch norms that do not fit. */
import type { Image } from "../core/image.js";
import type { RunOptions } from "../core/run.js";
import type { Engine } from "../engine/engine.js";
import { type Network, opsByName, outputOp } from "../network/network.js";
import type { NormOp, Op } from "../network/ops.js";
import type { Preprocessing } from "../network/preprocessing.js";
import { type Finding, finding, listUnits } from "./finding.js";
import { meanOf, openProbe, type TargetSums, varianceOf } from "./probe.js";
import { computable } from "./probe-sites.js";

/** What is looked at with. */
export interface ActivationJob extends RunOptions {
  readonly engine: Engine;
  readonly pictures: readonly Image[];
  readonly preprocessing: Preprocessing;
}

/** Values of healthy networks, whatever their preprocessing, stay far below this. */
const largestValue = 1e6;

/** Findings about the values of every layer on photographs. */
export async function activationFindings(
  net: Network,
  { engine, pictures, preprocessing, signal }: ActivationJob,
): Promise<Finding[]> {
  const able = computable(net);
  const layers = net.layers.filter(
    ({ name }) => able.has(outputOp(net, name).name) && outputOp(net, name).kind !== "input",
  );
  if (layers.length === 0 || pictures.length === 0) return [];
  const probe = await openProbe(net, { engine, targets: layers.map(({ name }) => ({ layer: name })), signal });
  try {
    const { sums } = await probe.run(pictures, preprocessing);
    const seen = new Map(layers.map(({ name }, i) => [name, sums[i]!]));
    const range = rangeFindings(seen);
    return [
      ...range,
      ...(range.length > 0 ? [] : normFindings(net, seen)),
      ...deadFindings(net, seen, pictures.length),
    ];
  } finally {
    probe.dispose();
  }
}

/** Only the first layer whose values explode is named: those behind it follow. */
function rangeFindings(seen: ReadonlyMap<string, TargetSums>): Finding[] {
  for (const [layer, { most, least }] of seen) {
    const top = Math.max(
      most.reduce((a, b) => Math.max(a, b), 0),
      -least.reduce((a, b) => Math.min(a, b), 0),
    );
    const isNumber = [...most, ...least].every(Number.isFinite);
    if (isNumber && top <= largestValue) continue;
    const what = isNumber ? `reach ${top.toPrecision(3)}` : "are not finite";
    const message = `the values of "${layer}" ${what} on photographs: its weights, or those before it, are damaged, or the preprocessing is far off`;
    return [finding("value-range", message, { severity: "error", layer })];
  }
  return [];
}

/** Units behind rectifiers that are never above 0. */
function deadFindings(net: Network, seen: ReadonlyMap<string, TargetSums>, photos: number): Finding[] {
  return [...seen].flatMap(([layer, { most }]) => {
    const op = outputOp(net, layer);
    if (!isRectifier(op)) return [];
    const dead = [...most.keys()].filter((unit) => most[unit]! <= 0);
    if (dead.length === 0) return [];
    const share = dead.length === most.length ? "all" : `${dead.length} of the ${most.length}`;
    const which = dead.length === most.length ? "" : ` (${listUnits(dead)})`;
    const message = `${share} units of "${layer}"${which} answer to none of the ${photos} photographs`;
    const severity = dead.length > most.length / 2 ? "warning" : "note";
    return [finding("dead-units", message, { severity, layer, units: dead })];
  });
}

function isRectifier(op: Op): boolean {
  return "activation" in op && op.activation.name === "relu";
}

/** A batch norm off by more than this, in deviations or in the logarithm of variances, was not made with such inputs. */
const farOff = 2;

/** Batch norms whose inputs are not what they remember. */
function normFindings(net: Network, seen: ReadonlyMap<string, TargetSums>): Finding[] {
  const byName = opsByName(net);
  const off = net.ops.flatMap((op) => {
    const before = op.kind === "norm" && op.epsilon > 0 ? byName.get(op.inputs[0]!) : undefined;
    const sums = before && outputOp(net, before.layer).name === before.name ? seen.get(before.layer) : undefined;
    if (!sums || op.kind !== "norm") return [];
    return distance(op, sums) > farOff ? [op.layer] : [];
  });
  if (off.length === 0) return [];
  const message = `batch norms remember other inputs than they get from photographs: ${listNames(off)}; they were saved in training mode or before training, or the preprocessing is wrong`;
  return [finding("training-mode", message, { layer: off[0]! })];
}

/** Median over channels of how far mean and spread are off. */
function distance(op: NormOp, sums: TargetSums): number {
  const each = [...op.mean].map((mean, c) => {
    const variance = op.variance[c]! + op.epsilon;
    const shift = Math.abs(meanOf(sums, c) - mean) / Math.sqrt(variance);
    return Math.max(shift, Math.abs(Math.log((varianceOf(sums, c) + 1e-9) / variance)));
  });
  return each.sort((a, b) => a - b)[Math.floor(each.length / 2)]!;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 4).map((name) => `"${name}"`);
  return names.length > 4 ? `${shown.join(", ")} and ${names.length - 4} more` : shown.join(", ");
}
