/**
 * Random ONNX graphs with what onnxruntime computes: of operations that move axes about, made by
 * `test/golden/random-graphs/make_onnx.py`, and of those that enlarge, normalise, rearrange and join maps, made by
 * `test/golden/operations/make_nodes.py`. A larger corpus is tried with `CONVLENS_GRAPHS=path/of/graphs.jsonl.gz`.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readGraph } from "../../../src/load/graph/read.js";
import { parseOnnx } from "../../../src/load/onnx/model.js";
import { onnxDialect } from "../../../src/load/onnx/nodes.js";
import { golden } from "../golden.js";
import { channelsLast, type Outcome, tally, tryGraph } from "../random-graphs.js";

interface Line {
  readonly seed: number;
  readonly model: string;
  readonly input: string;
  readonly shape: readonly [number, number, number, number];
  readonly output: string;
  readonly outputShape: readonly number[];
}

const floats = (text: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

async function tried({ model, input, shape, output, outputShape }: Line): Promise<Outcome> {
  const [, channels, height, width] = shape;
  const bytes = Uint8Array.from(Buffer.from(model, "base64"));
  const none = (): Promise<Uint8Array> => Promise.reject(new Error("no file lies beside it"));
  return tryGraph(
    async () => readGraph(await parseOnnx(bytes, "random.onnx", none), onnxDialect, {}),
    { height, width, channels, data: channelsLast(floats(input), shape) },
    { output: floats(output), shape: outputShape },
    "NCHW",
  );
}

/** Corpora, and the share of their graphs that is computed at least. */
const corpora = [
  [golden("random-graphs", "onnx.jsonl.gz"), 1 / 2],
  [golden("operations", "nodes.jsonl.gz"), 0.97],
] as const;

describe("random ONNX graphs", () => {
  it.each(corpora)(
    "compute what onnxruntime computes, or say why not: %s",
    async (own, share) => {
      const corpus = process.env.CONVLENS_GRAPHS ?? own;
      const lines = gunzipSync(readFileSync(corpus)).toString().trim().split("\n");
      const outcomes: Outcome[] = [];
      const faults: string[] = [];
      const reasons = new Map<string, number>();
      for (const line of lines) {
        const graph = JSON.parse(line) as Line;
        const outcome = await tried(graph);
        outcomes.push(outcome);
        if (outcome.is === "wrong" || outcome.is === "crashed")
          faults.push(`${graph.seed} ${outcome.is}: ${outcome.why}`);
        const reason = outcome.why.replace(/"[^"]*"/g, "…").replace(/\d+/g, "0");
        if (outcome.is === "opaque" || outcome.is === "refused") reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
      if (process.env.CONVLENS_GRAPHS) {
        console.info(tally(outcomes), [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 60));
      }
      expect(faults).toEqual([]);
      expect(tally(outcomes).right).toBeGreaterThan(lines.length * share);
    },
    1_200_000,
  );
});
