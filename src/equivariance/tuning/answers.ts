/** What the units of a layer answer to sweeps, as maps with one row for each setting of the other parameters and the angle along it. */
import type { RunOptions } from "../../core/run.js";
import type { Unit } from "../../core/unit.js";
import { scalarResponses } from "../../dataset/scalar-responses.js";
import type { Sweep } from "../../dataset/sweep.js";
import type { Engine } from "../../engine/engine.js";
import type { Network } from "../../network/network.js";

/** Answers to one stimulus. */
export interface AnswerMaps {
  readonly stimulus: string;
  /** Degrees after which the stimulus repeats. */
  readonly period: number;
  readonly rows: number;
  /** Angles in one period. */
  readonly angles: number;
  /** Of each unit, `[rows, angles]`; answers below zero count as none. */
  readonly maps: readonly Float32Array[];
}

/** Answers of all units of a layer. */
export interface LayerAnswers {
  readonly units: readonly Unit[];
  readonly stimuli: readonly AnswerMaps[];
}

/** Shows all sweeps in one pass. */
export async function answersOf(
  net: Network,
  layer: string,
  sweeps: readonly Sweep[],
  options: RunOptions & { readonly engine: Engine },
): Promise<LayerAnswers> {
  const starts = sweeps.map((_, i) => sweeps.slice(0, i).reduce((sum, { count }) => sum + count, 0));
  const count = sweeps.reduce((sum, one) => sum + one.count, 0);
  const which = (index: number): number => starts.findLastIndex((start) => start <= index);
  const questions = {
    name: `${layer}: tuning`,
    count,
    image: (index: number) => sweeps[which(index)]!.image(index - starts[which(index)]!),
  };
  const { units, responses } = await scalarResponses(net, { asked: layer, questions }, options);
  const stimuli = sweeps.map(({ name, axes, count: own }, i): AnswerMaps => {
    const { values, period } = axes.at(-1)!;
    const maps = responses.map((row) => row.slice(starts[i]!, starts[i]! + own).map((answer) => Math.max(0, answer)));
    return { stimulus: name, period: period!, rows: own / values.length, angles: values.length, maps };
  });
  return { units, stimuli };
}
