/**
 * The tables of formats and operations in `docs/load.md`: what became of each kind of node in the random graphs, which their own
 * frameworks computed too. `CONVLENS_UPDATE=1` writes them anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Graph, readGraph } from "../../src/load/graph/read.js";
import { graphOf } from "../../src/load/graph-model/graph.js";
import { tensorFlowDialect } from "../../src/load/graph-model/nodes.js";
import { parseOnnx } from "../../src/load/onnx/model.js";
import { onnxDialect } from "../../src/load/onnx/nodes.js";
import { golden } from "./golden.js";
import { executed, randomGraph } from "./graph-model/random-graphs.js";
import { channelsLast, type Outcome, tryGraph } from "./random-graphs.js";
import { noise } from "./tfjs.js";

const page = resolve(import.meta.dirname, "../../docs/load.md");

/** What became of one kind of node. */
interface Row {
  right: number;
  readonly reasons: Map<string, number>;
}

class Table {
  readonly #rows = new Map<string, Row>();

  /** Counts a graph: all kinds of its nodes where it is right, else the one that is named. */
  count(types: Iterable<string>, { is, why }: Outcome): void {
    if (is === "right") for (const type of types) this.#row(type).right++;
    const named = /\((\w+)\) cannot be computed: (.*?)(?:; choose a layer before it)?$/.exec(why);
    if (is === "right" || !named) return;
    const reason = named[2]!.replace(/-?\d+(?:[×,.]-?\d+)*/g, "…");
    const { reasons } = this.#row(named[1]!);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }

  #row(type: string): Row {
    const row = this.#rows.get(type) ?? { right: 0, reasons: new Map<string, number>() };
    this.#rows.set(type, row);
    return row;
  }

  /** The table as Markdown; kinds that were drawn too seldom to say anything are left out. */
  toString(): string {
    const lines = [...this.#rows]
      .map(([type, { right, reasons }]) => {
        const [most] = [...reasons].sort((a, b) => b[1] - a[1]);
        const opaque = [...reasons.values()].reduce((sum, n) => sum + n, 0);
        return { type, right, opaque, reason: most ? most[0].slice(0, 110) : "" };
      })
      .filter(({ right, opaque }) => right + opaque > 1)
      .sort((a, b) => (a.type < b.type ? -1 : 1))
      .map(({ type, right, opaque, reason }) => `| \`${type}\` | ${right} | ${opaque} | ${reason} |`);
    return ["| node | right | opaque | most often because |", "| --- | --- | --- | --- |", ...lines].join("\n");
  }
}

/** Kinds of the nodes that an output depends on. */
function leading({ nodes, outputs }: Graph): Set<string> {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const met = new Set<string>();
  const types = new Set<string>();
  const waiting = [...outputs];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = makers.get(name);
    if (!node || met.has(name)) continue;
    met.add(name);
    types.add(node.type);
    waiting.push(...node.inputs);
  }
  return types;
}

const floats = (text: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

interface Line {
  readonly model: string;
  readonly input: string;
  readonly shape: readonly [number, number, number, number];
  readonly output: string;
  readonly outputShape: readonly number[];
}

async function onnxTable(): Promise<string> {
  const table = new Table();
  const none = (): Promise<Uint8Array> => Promise.reject(new Error("no file lies beside it"));
  for (const corpus of [golden("random-graphs", "onnx.jsonl.gz"), golden("operations", "nodes.jsonl.gz")]) {
    for (const text of gunzipSync(readFileSync(corpus)).toString().trim().split("\n")) {
      const { model, input, shape, output, outputShape } = JSON.parse(text) as Line;
      const [, channels, height, width] = shape;
      const graph = await parseOnnx(Uint8Array.from(Buffer.from(model, "base64")), "random.onnx", none);
      const image = { height, width, channels, data: channelsLast(floats(input), shape) };
      const wanted = { output: floats(output), shape: outputShape };
      const outcome = await tryGraph(() => readGraph(graph, onnxDialect, {}), image, wanted, "NCHW");
      table.count(leading(graph), outcome);
    }
  }
  return String(table);
}

async function graphModelTable(): Promise<string> {
  const table = new Table();
  for (let seed = 1; seed <= 400; seed++) {
    const drawn = randomGraph(seed);
    if (!drawn) continue;
    const { topology, weights, image, channelsFirst, output } = drawn;
    const [, a = 1, b = 1, c = 1] = image;
    const [height, width, channels] = channelsFirst ? [b, c, a] : [a, b, c];
    const data = noise(height * width * channels, seed + 7);
    const computed = await executed(drawn, data);
    if (!computed) continue;
    const graph = graphOf(topology, weights, { outputs: { output: { name: output } } });
    const volume = { height, width, channels, data: channelsFirst ? channelsLast(data, image) : data };
    const outcome = await tryGraph(() => readGraph(graph, tensorFlowDialect, {}), volume, computed, "NHWC");
    table.count(leading(graph), outcome);
  }
  return String(table);
}

/** The page with what lies between two marks replaced. */
function withTable(text: string, mark: string, table: string): string {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
  const [before, rest] = [text.slice(0, text.indexOf(begin) + begin.length), text.slice(text.indexOf(end))];
  return `${before}\n\n${table}\n\n${rest}`;
}

describe("the tables of formats and operations", () => {
  it("are what the random graphs show", async () => {
    const text = readFileSync(page, "utf8");
    const made = withTable(
      withTable(text, "operations of ONNX", await onnxTable()),
      "operations of GraphModels",
      await graphModelTable(),
    );
    if (process.env.CONVLENS_UPDATE) writeFileSync(page, made);
    else expect(text).toBe(made);
  }, 300_000);
});
