/** The graph of InceptionV1 as tensorflowjs_converter writes it, with random weights: the values of tfjs at its modules. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../../src/engine/cpu/cpu.js";
import { compile } from "../../../src/engine/plan.js";
import { readGraph } from "../../../src/load/graph/read.js";
import { graphOf } from "../../../src/load/graph-model/graph.js";
import { tensorFlowDialect } from "../../../src/load/graph-model/nodes.js";
import type { JsonObject } from "../../../src/load/json.js";
import type { StoredWeight } from "../../../src/load/weights.js";
import { hasShared, shared } from "../shared.js";
import { noise } from "../tfjs.js";
import { executed } from "./random-graphs.js";

interface ModelJson {
  readonly modelTopology: JsonObject;
  readonly weightsManifest: readonly {
    readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
  }[];
}

describe.skipIf(!hasShared)("the graph of InceptionV1", () => {
  it("has the values of tfjs at mixed3a, mixed4a and mixed5b", { timeout: 120_000 }, async () => {
    const path = shared("cases", "inception", "graph-model.json");
    const { modelTopology, weightsManifest } = JSON.parse(readFileSync(path, "utf8")) as ModelJson;
    const weights = new Map<string, StoredWeight>();
    weightsManifest
      .flatMap((group) => group.weights)
      .forEach(({ name, shape, dtype }, i) => {
        const count = shape.reduce((product, n) => product * n, 1);
        const whole = dtype === "int32";
        const scale = shape.length === 4 ? Math.sqrt((6 * shape[3]!) / count) : 0.1;
        // The only whole numbers are the axes of its concatenations.
        const values = whole ? Float32Array.of(3) : noise(count, i).map((v) => v * scale);
        weights.set(name, { name, shape, whole, values: () => values });
      });
    const size = 40;
    const data = noise(size * size * 3, 5);
    const outputs = ["mixed3a", "mixed4a", "mixed5b"];
    const signature = { outputs: Object.fromEntries(outputs.map((name) => [name, { name }])) };
    const net = readGraph(graphOf(modelTopology, weights, signature), tensorFlowDialect, {});
    expect(net.ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
    const executable = await cpuEngine().load(
      compile(
        net,
        outputs.map((layer) => ({ layer })),
      ),
    );
    const maps = await executable.forward({ count: 1, height: size, width: size, channels: 3, data });
    for (const [i, output] of outputs.entries()) {
      const drawn = { topology: modelTopology, weights, image: [1, size, size, 3], channelsFirst: false, output };
      const wanted = await executed(drawn, data);
      const top = wanted!.output.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const worst = wanted!.output.reduce((most, v, k) => Math.max(most, Math.abs(v - maps[i]!.data[k]!)), 0);
      expect(maps[i]!.data.length).toBe(wanted!.output.length);
      expect(top).toBeGreaterThan(0.1);
      expect(worst / top, output).toBeLessThan(1e-4);
      if (process.env.CONVLENS_NUMBERS) console.info(output, worst / top);
    }
  });
});
