/** Tasks whose pictures, parts or listeners never come, or throw: an abort is heard at once, and every error reaches the caller. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import type { DatasetItem } from "../../src/dataset/dataset.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Engine } from "../../src/engine/engine.js";
import * as convlens from "../../src/index.js";
import { conv, network } from "../network/ops.js";

const net = network(
  [16, 16, 3],
  [conv("a", "image", [3, 3, 3, 4], { activation: { name: "relu" } }), conv("b", "a", [3, 3, 4, 2])],
);
const image = createImage(16, 16, 3, new Float32Array(768).fill(0.5));
const pictures: readonly DatasetItem[] = Array.from({ length: 6 }, (_, i) => ({ id: String(i), image }));
const never = <T>(): Promise<T> => new Promise<T>(() => {});
const stuckPicture: readonly DatasetItem[] = [...pictures, { id: "stuck", image: () => never() }];

/** An engine that counts what it holds. */
function counted(): { engine: Engine; held: () => number } {
  const engine = cpuEngine();
  let held = 0;
  const load: Engine["load"] = async (plan) => {
    const executable = await engine.load(plan);
    held++;
    const dispose = (): void => {
      held--;
      executable.dispose();
    };
    return new Proxy(executable, {
      get: (of, name) => {
        if (name === "dispose") return dispose;
        const value = Reflect.get(of, name, of);
        return typeof value === "function" ? value.bind(of) : value;
      },
    });
  };
  return { engine: { name: "cpu", load, dispose() {} } as Engine, held: () => held };
}

/** A dataset whose next item never comes. */
async function* stuckDataset(): AsyncGenerator<DatasetItem> {
  yield* pictures;
  await never();
}

type Task = (options: { signal: AbortSignal; engine: Engine }) => Promise<unknown>;
const circuit = convlens.grow(net, "b:0", { depth: 1 });
const group = convlens.group.rotations(4);

const stuck: Readonly<Record<string, Task>> = {
  examples: (o) => convlens.examples(net, ["b"], stuckPicture, o),
  "examples of a dataset": (o) => convlens.examples(net, ["b"], stuckDataset(), o),
  "examples with parts": (o) => convlens.examples(net, ["b"], pictures, { ...o, every: 1, onPart: () => never() }),
  "examples with a listener": (o) => convlens.examples(net, ["b"], pictures, { ...o, onProgress: () => never() }),
  statistics: (o) => convlens.statistics(net, ["b"], stuckPicture, o),
  storeActivations: (o) => convlens.storeActivations(net, { units: ["b"], dataset: stuckPicture }, new Map(), o),
  expand: (o) => convlens.expand(net, "b:0", "image", { ...o, photos: stuckPicture }),
  verify: (o) => convlens.verify(net, circuit, stuckPicture, o),
  "verify of a dataset": (o) => convlens.verify(net, circuit, stuckDataset(), o),
  faithfulness: (o) => convlens.faithfulness(net, circuit, "b:0", stuckPicture, o),
  doctor: (o) => convlens.doctor(net, { ...o, photos: stuckPicture }),
  "doctor of a dataset": (o) => convlens.doctor(net, { ...o, photos: stuckDataset() }),
  lab: (o) => convlens.lab(net, "b:0", { ...o, preset: "draft", steps: 1, size: 16, photos: stuckPicture }),
  familiesFromResponses: (o) => convlens.familiesFromResponses(net, "b", stuckPicture, { ...o, group }),
  "visualize with pictures": (o) =>
    convlens.visualize(net, ["b:0"], { ...o, preset: "draft", steps: 1, size: 16, onPicture: () => never() }),
  open: ({ signal }) => convlens.open("https://nowhere.invalid/model.json", { signal, fetch: () => never() }),
  "open of a handler": ({ signal }) => convlens.open({ load: () => never() }, { signal }),
};

describe("a task that waits for what never comes", () => {
  it.each(Object.keys(stuck))("hears an abort within 100 ms and releases everything: %s", async (name) => {
    const { engine, held } = counted();
    const controller = new AbortController();
    const task = stuck[name]!({ signal: controller.signal, engine });
    const outcome = task.then(
      () => "ended",
      (error: Error) => error.message,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const aborted = performance.now();
    controller.abort(new Error("enough"));
    expect(await outcome).toBe("enough");
    // Twice the promise of 100 ms, for machines that do other things.
    expect(performance.now() - aborted).toBeLessThan(200);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(held()).toBe(0);
  });
});

describe("what a listener throws", () => {
  const fail = (): never => {
    throw new Error("mine");
  };
  const later = async (): Promise<never> => fail();
  const engine = cpuEngine();
  const look = { preset: "draft", steps: 2, size: 16, engine } as const;
  const throwing = async function* (): AsyncGenerator<DatasetItem> {
    yield* pictures;
    throw new Error("mine");
  };

  it.each([
    ["progress", () => convlens.visualize(net, ["b:0"], { ...look, onProgress: fail })],
    ["progress, later", () => convlens.visualize(net, ["b:0"], { ...look, onProgress: later })],
    ["pictures", () => convlens.visualize(net, ["b:0"], { ...look, onPicture: fail })],
    ["parts", () => convlens.statistics(net, ["b"], pictures, { engine, every: 1, onPart: fail })],
    ["progress of a pass", () => convlens.statistics(net, ["b"], pictures, { engine, onProgress: later })],
    ["an iterator", () => convlens.statistics(net, ["b"], throwing(), { engine })],
    ["a search", () => convlens.findFamilies(net, "a", { group, nullDraws: 19, onProgress: later })],
  ] as const)("rejects the call: %s", async (_, run) => {
    await expect(run()).rejects.toThrow("mine");
  });
});

describe("every asynchronous function of the package", () => {
  /** Those that end soon by themselves: they read, decode or write one file or folder, or start an engine. */
  const short = new Set([
    ...[
      "save",
      "saveAll",
      "saveModel",
      "saveWeights",
      "toPDF",
      "checkWritable",
      "readImage",
      "readLabels",
      "decodePicture",
    ],
    ...["mnistPictures", "npyPictures", "createEngine", "wasmEngine", "tfjsEngine", "chooseEngine", "toLayersModel"],
    "readTensor",
  ]);

  it("takes a signal, or is known to end soon", () => {
    const surface = readFileSync(new URL("../../etc/convlens.api.md", import.meta.url), "utf8");
    const deaf = Object.entries(convlens).flatMap(([name, value]) => {
      const isAsync = typeof value === "function" && /^Async/.test(value.constructor.name);
      if (!isAsync || short.has(name)) return [];
      return hearsSignal(surface, name) ? [] : [name];
    });
    expect(deaf).toEqual([]);
  });
});

/** Whether the options of a function have a signal, by the report of the public surface. */
function hearsSignal(surface: string, name: string): boolean {
  const signatures = surface.match(new RegExp(`function ${name}(?:_\\d)?(?:<[^(]*>)?\\([\\s\\S]*?\\n\\n`, "g")) ?? [];
  // A function newer than the report is looked at when that is written anew, which a check of its own demands.
  if (signatures.length === 0) return true;
  const options = signatures.flatMap((line) => line.match(/\w+Options/g) ?? []);
  const seen = new Set<string>();
  const has = (type: string): boolean => {
    if (type === "RunOptions") return true;
    if (seen.has(type)) return false;
    seen.add(type);
    const at = surface.search(new RegExp(`export interface ${type}[ <]`));
    if (at < 0) return false;
    const body = surface.slice(at, surface.indexOf("\n}", at));
    return /signal\?:|"signal"/.test(body) || (body.split("{")[0]!.match(/\w+Options/g) ?? []).some(has);
  };
  return options.some(has);
}
