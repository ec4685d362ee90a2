/** Random GraphModels, held to the executor of tfjs itself. `CONVLENS_GRAPH_MODELS=5000` tries as many. */
import { describe, expect, it } from "vitest";
import { readGraph } from "../../../src/load/graph/read.js";
import { graphOf } from "../../../src/load/graph-model/graph.js";
import { tensorFlowDialect } from "../../../src/load/graph-model/nodes.js";
import { channelsLast, type Outcome, tally, tryGraph } from "../random-graphs.js";
import { noise } from "../tfjs.js";
import { executed, randomGraph } from "./random-graphs.js";

const wanted = Number(process.env.CONVLENS_GRAPH_MODELS ?? 250);

describe("random GraphModels", () => {
  it("compute what tfjs computes, or say why not", async () => {
    const outcomes: Outcome[] = [];
    const faults: string[] = [];
    const reasons = new Map<string, number>();
    let refusedByTfjs = 0;
    for (let seed = 1; outcomes.length < wanted; seed++) {
      const graph = randomGraph(seed);
      if (!graph) continue;
      const { topology, weights, image, channelsFirst, output } = graph;
      const [, ...sizes] = image;
      const [height, width, channels] = channelsFirst
        ? [sizes[1]!, sizes[2]!, sizes[0]!]
        : (sizes as [number, number, number]);
      const data = noise(height * width * channels, seed + 7);
      const computed = await executed(graph, data);
      if (!computed?.output.every(Number.isFinite)) {
        refusedByTfjs++;
        continue;
      }
      const signature = { outputs: { output: { name: output } } };
      const outcome = await tryGraph(
        () => readGraph(graphOf(topology, weights, signature), tensorFlowDialect, {}),
        { height, width, channels, data: channelsFirst ? channelsLast(data, image) : data },
        computed,
        "NHWC",
      );
      outcomes.push(outcome);
      if (outcome.is === "wrong" || outcome.is === "crashed") faults.push(`${seed} ${outcome.is}: ${outcome.why}`);
      const reason = outcome.why.replace(/"[^"]*"/g, "…").replace(/\d+/g, "0");
      if (outcome.is === "opaque" || outcome.is === "refused") reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    if (process.env.CONVLENS_GRAPH_MODELS) {
      console.info(tally(outcomes), { refusedByTfjs }, [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 60));
    }
    expect(faults).toEqual([]);
    expect(tally(outcomes).right).toBeGreaterThan(wanted / 2);
  }, 1_200_000);
});
