/** What an ascent does not take, and what stops it: one sentence each. And redirected ReLU, which ends after its steps. */
import { describe, expect, it } from "vitest";
import { isLensError } from "../../src/core/errors.js";
import type { Engine } from "../../src/engine/engine.js";
import { open } from "../../src/node/open.js";
import { ascend } from "../../src/optvis/ascend.js";
import { objective, optimizer, param, transform } from "../../src/optvis/namespaces.js";
import { preset } from "../../src/optvis/preset.js";
import { visualize } from "../../src/optvis/visualize.js";
import { tiny } from "./tiny.js";

const { net, engine: wasm } = await tiny();

const base = { size: 20, steps: 3 } as const;

it.each<[string, object, string]>([
  ["half a step", { steps: 0.5 }, "steps is a whole number from 1; got 0.5"],
  ["a plateau of nothing", { plateau: Number.NaN }, "plateau is a number from 0 to 1; got NaN"],
  ["a plateau in words", { plateau: "x" }, 'plateau is a number from 0 to 1; got "x"'],
  ["a plateau of all and more", { plateau: 5 }, "plateau is a number from 0 to 1; got 5"],
  ["redirection before the first step", { redirectSteps: -1 }, "redirectSteps is a whole number from 0; got -1"],
  ["a param in words", { param: "fourier" }, 'param is a parameterization such as param.fourier(); got "fourier"'],
  ["a bare function", { param: () => 0 }, "param is a parameterization such as param.fourier(); got a function"],
  ["an optimizer in words", { optimizer: "adam" }, 'optimizer is an optimizer such as optimizer.adam(); got "adam"'],
  [
    "one transform",
    { transforms: transform.pad(2) },
    "transforms is a list of transforms such as [transform.jitter(8)]",
  ],
  [
    "no transform",
    { transforms: [null] },
    "transforms is a list of transforms such as [transform.jitter(8)]; got [null]",
  ],
  ["half a seed", { seed: 1.5 }, "seed is a whole number; got 1.5"],
])("%s is refused", async (_, given, message) => {
  const run = visualize(net, "second:0", { ...base, engine: wasm, ...given } as never);
  await expect(run).rejects.toThrow(message);
  await expect(run).rejects.toSatisfy(isLensError);
  const loop = ascend(net, objective.channel("second:0"), {
    ...preset("draft"),
    ...base,
    engine: wasm,
    ...given,
  } as never);
  await expect(loop.next()).rejects.toThrow(message);
});

it.each<[string, unknown, string]>([
  ["nothing", null, 'a target is a unit such as "layer:3", or an objective; got null'],
  ["a number", 5, 'a target is a unit such as "layer:3", or an objective; got 5'],
  ["a list with nothing in it", [undefined], 'a target is a unit such as "layer:3", or an objective; got undefined'],
])("%s is no target", async (_, target, message) => {
  await expect(visualize(net, target as never, { ...base, engine: wasm })).rejects.toThrow(message);
});

it.each<[string, () => unknown, string]>([
  ["beta1 of adam", () => optimizer.adam({ beta1: 2 }), "beta1 is a number from 0 and below 1; got 2"],
  ["beta2 of nadam", () => optimizer.nadam({ beta2: 1 }), "beta2 is a number from 0 and below 1; got 1"],
  ["epsilon of adam", () => optimizer.adam({ epsilon: -1 }), "epsilon is a number above 0; got -1"],
  ["rho of rmsprop", () => optimizer.rmsprop({ rho: 3 }), "rho is a number from 0 and below 1; got 3"],
  ["epsilon of rmsprop", () => optimizer.rmsprop({ epsilon: Number.NaN }), "epsilon is a number above 0"],
  ["rate of sgd", () => optimizer.sgd({ learningRate: 0 }), "learningRate is a number above 0; got 0"],
])("%s out of its bounds is refused", (_, act, message) => {
  expect(act).toThrow(message);
});

describe("a climb", () => {
  it("that runs off stops with a sentence, also at its last step", async () => {
    const own = (from: number) =>
      objective.custom([
        {
          weight: 1,
          name: "mine",
          of: { layer: "second" },
          evaluate: (() => {
            let calls = 0;
            return ({ count, data }: { count: number; data: Float32Array }) => ({
              values: Array<number>(count).fill(++calls > from ? Number.NaN : 1),
              gradient: data.map(() => 1),
            });
          })(),
        },
      ]);
    const look = { ...base, engine: wasm, transforms: [] };
    await expect(visualize(net, own(1), look)).rejects.toThrow(
      "the climb ran off: at step 2 the objective is NaN, or the picture is not finite; give a smaller learningRate",
    );
    await expect(visualize(net, own(3), look)).rejects.toThrow("the climb ran off: at the end the objective is NaN");
    const wild = { name: "wild", start: () => (p: Float64Array) => void p.fill(Number.NaN) };
    await expect(visualize(net, "second:0", { ...look, optimizer: wild })).rejects.toThrow(
      "the climb ran off: at step 2",
    );
    await expect(visualize(net, "first:0", { ...look, steps: 1, optimizer: wild })).rejects.toThrow(
      "the climb ran off: at the end",
    );
  });

  it("is not begun, nor an engine loaded, when it is given up before", async () => {
    let loads = 0;
    const counting: Engine = { ...wasm, name: "counting", load: (plan) => wasm.load(plan).finally(() => loads++) };
    const signal = AbortSignal.abort(new Error("never mind"));
    await expect(visualize(net, "second:0", { ...base, engine: counting, signal })).rejects.toThrow("never mind");
    const loop = ascend(net, objective.channel("second:0"), { ...preset("draft"), engine: counting, signal });
    await expect(loop.next()).rejects.toThrow("never mind");
    expect(loads).toBe(0);
  });

  it("redirects gradients in its first 17 steps, and no longer", async () => {
    const redirected: boolean[] = [];
    const spy: Engine = {
      ...wasm,
      name: "spy",
      load: async (plan) => {
        const executable = await wasm.load(plan);
        return {
          plan: executable.plan,
          forward: (input) => executable.forward(input),
          backward: (gradients, options) => {
            redirected.push(options?.redirect ?? false);
            return executable.backward(gradients, options);
          },
          dispose: () => executable.dispose(),
        };
      },
    };
    await visualize(net, "first:0", { engine: spy, preset: "lucid", steps: 20, size: 24 });
    // Twenty steps, and the finished picture.
    expect(redirected).toEqual([...Array<boolean>(17).fill(true), ...Array<boolean>(4).fill(false)]);
  });
});

it("value and history of a picture with an opacity are one measure: the objective times what is left open", async () => {
  // An objective that is 1 whatever it sees: only the opacity counts.
  const one = objective.custom([
    {
      weight: 1,
      name: "one",
      of: "image",
      evaluate: ({ count, data }) => ({
        values: Array<number>(count).fill(1),
        gradient: new Float32Array(data.length),
      }),
    },
  ]);
  const look = { ...base, steps: 12, transforms: [], engine: wasm, param: param.alpha(param.fourier()) };
  const { value, history, image } = await visualize(net, one, look);
  const covered = image.data.reduce((sum, v, i) => sum + (i % 4 === 3 ? v : 0), 0) / 400;
  expect(value).toBeCloseTo(1 - covered, 5);
  expect(Math.abs(value - history.at(-1)!)).toBeLessThan(0.1);
  expect(value).toBeLessThan(0.95);
});
