/** `visualize` with workers, from the built package: the same pictures, in order; abort and errors end all of them. */
import { describe, expect, test } from "vitest";
import { node, project, temporaryFolder } from "./project.js";
import { writeTiny } from "./tiny.js";

/** What a script prints, as JSON; it finds the package as `convlens` and the tiny network as `net`. */
async function told(lines: string, type: "module" | "commonjs" = "module"): Promise<unknown> {
  const model = JSON.stringify(writeTiny(temporaryFolder()));
  const library = type === "module" ? 'await import("convlens")' : 'require("convlens")';
  const script = `
    const caught = (promise) => promise.then(() => "nothing", ({ code, message, constructor }) => ({ code, message, kind: constructor.name }));
    const tell = (value) => console.log(JSON.stringify(value));
    const convlens = ${library};
    (async () => {
      const net = await convlens.open(${model}, { preprocessing: "unit" });
      const units = [...convlens.unitsOf(net, "first"), ...convlens.unitsOf(net, "second")];
      const engine = await convlens.wasmEngine({ threads: 1 });
      const quick = { steps: 8, size: 24, batch: 2, seed: 3, engine };
      ${lines}
    })();`;
  const { stdout, stderr, code } = await node([`--input-type=${type}`, "-e", script], project);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return JSON.parse(stdout);
}

describe("visualize with workers", () => {
  test.each(["module", "commonjs"] as const)("makes the same pictures in the same order, as %s", async (type) => {
    const script = `
      const pixels = ({ image, ...rest }) => ({ ...rest, data: [...image.data] });
      const alone = await convlens.visualize(net, units, quick);
      const places = [], progress = [];
      const shared = await convlens.visualize(net, units, {
        ...quick,
        workers: 3,
        onPicture: (picture, place) => void places.push([place, picture.settings.objective]),
        onProgress: (p) => void progress.push(p),
      });
      tell({
        same: JSON.stringify(shared.map(pixels)) === JSON.stringify(alone.map(pixels)),
        places, first: progress[0], last: progress.at(-1), rises: progress.every(({ done }, i) => i === 0 || done >= progress[i - 1].done),
      });`;
    expect(await told(script, type)).toEqual({
      same: true,
      places: ["first:0", "first:1", "first:2", "first:3", "second:0", "second:1"].map((u, i) => [i, `channel(${u})`]),
      first: { task: expect.stringMatching(/^channel\(/), done: 2, total: 48 },
      last: { task: expect.any(String), done: 48, total: 48 },
      rises: true,
    });
  });

  test("makes an engine like the given one in each, or the one that was chosen, and takes objectives with their numbers", async () => {
    const script = `
      const targets = [
        convlens.objective.neuron("second:0").minus(convlens.objective.l2().times(0.01)),
        convlens.objective.direction("first", new Float32Array([1, 0.5, -0.25, 0])),
        convlens.objective.channel("first:1"),
      ];
      const same = [];
      for (const make of [() => convlens.wasmEngine({ precision: "exact", relaxed: false }), convlens.cpuEngine, () => undefined]) {
        const engine = await make();
        const settings = { ...quick, engine, size: 16, transforms: [] };
        const [alone, shared] = [await convlens.visualize(net, targets, settings), await convlens.visualize(net, targets, { ...settings, workers: 2 })];
        same.push(JSON.stringify(shared) === JSON.stringify(alone), shared[0].engine.name);
        engine?.dispose();
      }
      tell(same);`;
    expect(await told(script)).toEqual([true, "wasm", true, "cpu", true, expect.any(String)]);
  });

  test("ends all of them when aborted, after the pictures that were told", async () => {
    const script = `
      const stop = new AbortController();
      let told = 0;
      const options = { ...quick, steps: 100, workers: 2, signal: stop.signal, onPicture: () => { told++; stop.abort(new Error("enough")); } };
      const error = await caught(convlens.visualize(net, units, options));
      const aborted = await caught(convlens.visualize(net, units, { ...options, onPicture: undefined }));
      const left = process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name));
      tell({ message: error.message, told, again: aborted.message, left });`;
    expect(await told(script)).toEqual({ message: "enough", told: 1, again: "enough", left: [] });
  });

  test("ends with the error of one, or of the listener", async () => {
    const script = `
      const size = await caught(convlens.visualize(net, units, { ...quick, size: 0, workers: 2 }));
      const own = await caught(convlens.visualize(net, units, { ...quick, workers: 2, onPicture: async () => { throw new RangeError("mine"); } }));
      const left = process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name));
      tell({ size, own, left });`;
    expect(await told(script)).toEqual({
      size: { code: "bad-argument", message: expect.stringMatching(/^size is a number of pixels/), kind: "LensError" },
      own: { message: "mine", kind: "RangeError" },
      left: [],
    });
  });

  test("refuses what cannot be sent, with one sentence, before anything is made", async () => {
    const script = `
      const refused = async (targets, more) => caught(convlens.visualize(net, targets, { ...quick, workers: 2, ...more }));
      const own = convlens.objective.custom([{ weight: 1, of: "image", name: "mine", evaluate: () => ({ values: [0], gradient: new Float32Array(1) }) }]);
      tell([
        await refused(units, { param: convlens.param.pixels() }),
        await refused(units, { transforms: [convlens.transform.jitter(2)] }),
        await refused(units, { optimizer: convlens.optimizer.adam() }),
        await refused([own, own], {}),
        await refused(["third:0"], {}),
        await refused(units, { workers: 0 }),
        await refused(units, { batch: 0 }),
      ]);`;
    const answers = (await told(script)) as { code: string; message: string }[];
    const functions = (name: string): string =>
      `${name} is made of functions, which cannot be sent to workers; leave it to the preset, or leave workers out`;
    expect(answers.slice(0, 3).map(({ message }) => message)).toEqual(
      ["param", "transforms", "optimizer"].map(functions),
    );
    expect(answers[3]!.message).toBe(
      '"mine" cannot be sent to workers ("mine" is a function of your own, which JSON cannot hold); leave workers out',
    );
    expect(answers[4]!.message).toMatch(/no layer is called "third"/);
    expect(answers.slice(5).map(({ message }) => message)).toEqual([
      "workers is a whole number from 1; got 0",
      "batch is a whole number from 1; got 0",
    ]);
    expect(answers.map(({ code }) => code)).toEqual([
      ...Array(4).fill("bad-argument"),
      "unknown-layer",
      "bad-argument",
      "bad-argument",
    ]);
  });

  test("is refused where there are no such threads", async () => {
    const script = `
      const browser = await import("./dist/index.browser.js");
      const { code, message } = await caught(browser.visualize(net, units, { ...quick, workers: 2 }));
      tell({ code, message });`;
    expect(await told(script)).toEqual({
      code: "unsupported",
      message: "workers are threads of Node, which are not to be had here; leave workers out",
    });
  });
});
