/**
 * Compiling a network: from its operations to the steps that lead to the targets and no further. Every operation is first
 * lowered to plain steps; then three rewrites merge neighbours wherever the value between them is read once and asked
 * for by nobody:
 *
 *     convolution, batch norm  →  convolution        k′ = s·k,  b′ = s·b + t    with s = γ/√(v+ε), t = β − s·μ
 *     step, activation         →  step with activation
 *     zeros, convolution       →  convolution with explicit padding
 *
 * At a target convolution only the channels asked for are kept.
 */
import { LensError } from "../core/errors.js";
import { channelsOf } from "../core/shape.js";
import type { Network } from "../network/network.js";
import { foldAffine, keepOutputs, once } from "./fold.js";
import { type Draft, type Lowering, lower, type Target } from "./lower.js";
import { type ConvStep, type Step, slopeFromOutput } from "./steps.js";

/** A network compiled up to its targets; free of sizes. */
export interface Plan {
  /** Name of the network. */
  readonly name: string;
  /** Channels of the input, value 0. */
  readonly channels: number;
  /** In order of execution. */
  readonly steps: readonly Step[];
  /** Number of values, the input included. */
  readonly values: number;
  /** The value of each target, and the channels of that value that make it up (`null`: all, in order). */
  readonly targets: readonly { readonly value: number; readonly channels: readonly number[] | null }[];
}

/**
 * Compiles the part of a network that leads to the targets.
 *
 * @throws LensError `unsupported`, by name, when the way leads through a layer that cannot be computed;
 * `unknown-layer`; `bad-unit` when a channel is outside its layer.
 */
export function compile(net: Network, targets: readonly Target[]): Plan {
  const lowering = lower(net, targets);
  const wanted = new Set(targets.map((t) => lowering.valueOf(t)));
  const steps = mergeNeighbours(leadingTo(wanted, lowering.steps), wanted, net);
  return number(net, steps, targets, lowering.valueOf);
}

/** Without what nobody asked for: the activation after a value wanted before it. */
function leadingTo(wanted: ReadonlySet<string>, drafts: readonly Draft[]): Draft[] {
  const needed = new Set(wanted);
  const leads = (draft: Draft): boolean => {
    if (!needed.has(draft.writes)) return false;
    for (const value of draft.reads) needed.add(value);
    return true;
  };
  return drafts.toReversed().filter(leads).toReversed();
}

// -- rewriting -------------------------------------------------------------------------------------------------------

function mergeNeighbours(drafts: readonly Draft[], wanted: ReadonlySet<string>, net: Network): Draft[] {
  const readers = new Map<string, number>();
  for (const step of drafts) for (const value of step.reads) readers.set(value, (readers.get(value) ?? 0) + 1);
  const steps: Draft[] = [];
  const writer = new Map<string, number>();
  for (const step of drafts) {
    const value = step.reads[0]!;
    const at = writer.get(value);
    const previous = at === undefined || readers.get(value) !== 1 || wanted.has(value) ? undefined : steps[at];
    const merged = previous && merge(previous, step, net);
    if (merged) steps[at!] = merged;
    else steps.push(step);
    writer.set(step.writes, merged ? at! : steps.length - 1);
  }
  return steps;
}

function merge(first: Draft, second: Draft, net: Network): Draft | undefined {
  if (
    second.kind === "affine" &&
    (first.kind === "conv" || first.kind === "depthwise") &&
    first.activation.name === "linear"
  ) {
    const { scale, shift } = second;
    const weights = once(first.weights, `× ${second.name}`, () => foldAffine(first.weights, first.kind, scale, shift));
    return { ...first, weights, writes: second.writes };
  }
  if (
    second.kind === "activation" &&
    "activation" in first &&
    first.activation.name === "linear" &&
    slopeFromOutput(second.activation)
  ) {
    return { ...first, activation: second.activation, writes: second.writes };
  }
  if (first.kind === "pad" && second.kind === "conv" && second.padding !== "same") {
    const own = second.padding === "valid" ? { top: 0, bottom: 0, left: 0, right: 0 } : second.padding;
    const { top, bottom, left, right } = first.padding;
    const padding = {
      top: own.top + top,
      bottom: own.bottom + bottom,
      left: own.left + left,
      right: own.right + right,
    };
    return { ...second, reads: first.reads, padding };
  }
  return undefined;
}

// -- numbering, and the targets' channels ----------------------------------------------------------------------------

function number(
  net: Network,
  drafts: readonly Draft[],
  targets: readonly Target[],
  valueOf: Lowering["valueOf"],
): Plan {
  const numbers = new Map<string, number>();
  const input = net.ops.find((op) => op.kind === "input")!;
  numbers.set(input.name, 0);
  const numbered = drafts.map((draft, i) => {
    const { reads, writes, like, ...step } = draft;
    numbers.set(writes, i + 1);
    const numbered = { ...step, inputs: reads.map((value) => numbers.get(value)!), output: i + 1 };
    return (like === undefined ? numbered : { ...numbered, like: numbers.get(like)! }) as Step;
  });
  const steps: Step[] = [...numbered];
  const read = new Set(steps.flatMap((step) => step.inputs));
  const asked = targets.map((target) => {
    const value = numbers.get(valueOf(target))!;
    const total = channelsOf(net.layer(target.layer).output);
    const outside = target.channels?.find((c) => !Number.isInteger(c) || c < 0 || c >= total);
    if (outside !== undefined) {
      throw new LensError("bad-unit", `layer "${target.layer}" has units 0 to ${total - 1}; got ${outside}`);
    }
    return { value, channels: target.channels ?? null };
  });
  const slicedTo = new Map<number, readonly number[]>();
  for (const { value } of asked) {
    const at = value - 1;
    const step = steps[at];
    const sharers = asked.filter((other) => other.value === value);
    if (!canSlice(step) || read.has(value) || sharers.some((s) => !s.channels) || slicedTo.has(value)) continue;
    const channels = [...new Set(sharers.flatMap((s) => s.channels!))].sort((a, b) => a - b);
    if (channels.length === step.weights.shape[3]) continue;
    const weights = once(step.weights, `[${channels.join()}]`, () => keepOutputs(step.weights, channels));
    steps[at] = { ...step, weights };
    slicedTo.set(value, channels);
  }
  return {
    name: net.name,
    channels: channelsOf(net.input.shape),
    steps,
    values: steps.length + 1,
    targets: asked.map(({ value, channels }) => {
      const kept = slicedTo.get(value);
      return { value, channels: channels && kept ? channels.map((c) => kept.indexOf(c)) : channels };
    }),
  };
}

function canSlice(step: Step | undefined): step is ConvStep {
  return step?.kind === "conv" && step.groups === 1 && !step.activation.slopes;
}

export type { Target };
