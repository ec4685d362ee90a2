/** What an engine promises beyond single steps: sizes that change, several targets, redirected gradients, refusals, release. */
import fc from "fast-check";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import { linear } from "../../src/network/ops.js";
import { weightsOf } from "./arbitrary.js";
import type { ConformanceCase } from "./case.js";
import {
  demand,
  demandAgreement,
  demandClose,
  demandRefusal,
  demandSameRun,
  gradientsFor,
  withLoaded,
} from "./compare.js";
import { resnet } from "./networks.js";
import { type Draft, planOf, volume } from "./scene.js";
import { drawsOf, lattice } from "./values.js";

const conv = (cin: number, cout: number, activation = linear, from = 1): Draft => ({
  kind: "conv",
  weights: weightsOf([3, 3, cin, cout], cout, from),
  strides: [1, 1],
  dilation: [1, 1],
  padding: "same",
  groups: 1,
  activation,
});

const relu = { name: "relu" } as const;
const input = (count: number, height: number, width: number, channels = 3) =>
  volume([count, height, width, channels], (n) => lattice(drawsOf(count + height), n));

/** The cases. */
export const behaviourCases: readonly ConformanceCase[] = [
  {
    name: "one plan runs images of changing sizes and counts",
    async check(engine, limits) {
      const plan = planOf(3, [
        conv(3, 4, relu),
        { kind: "pool", mode: "max", size: [2, 2], strides: [2, 2], padding: "valid" },
        conv(4, 2),
      ]);
      const reference = await cpuEngine().load(plan);
      await withLoaded(engine, plan, async (executable) => {
        for (const [count, height, width] of [
          [1, 6, 6],
          [3, 9, 5],
          [1, 12, 7],
          [2, 6, 6],
          [1, 6, 6],
        ] as const) {
          await demandSameRun(executable, reference, input(count, height, width), limits);
        }
      });
    },
  },
  {
    name: "results belong to the caller and inputs are only read",
    async check(engine) {
      // A square reads its input again on the way back.
      const plan = planOf(
        3,
        [{ kind: "multiply", reads: [0, 0] }, conv(3, 4, relu)],
        [
          { value: 2, channels: null },
          { value: 0, channels: null },
        ],
      );
      await withLoaded(engine, plan, async (executable) => {
        const given = input(1, 5, 5);
        const before = given.data.slice();
        const first = await executable.forward(given);
        const kept = first[0]!.data.slice();
        const gradients = gradientsFor(first, 2);
        const gradientsBefore = gradients.map((g) => g.slice());
        const slope = await executable.backward(gradients);
        const slopeKept = slope.data.slice();
        demandClose(given.data, before, 0, "input after the run");
        gradients.forEach((g, i) => demandClose(g, gradientsBefore[i]!, 0, "gradient given"));
        // What the caller does with its arrays does not reach the engine, and the engine's next run does not reach them.
        given.data.fill(9);
        first.forEach((target) => target.data.fill(9));
        slope.data.fill(9);
        demandClose((await executable.backward(gradients)).data, slopeKept, 0, "gradient of the same run again");
        const again = await executable.forward(input(1, 5, 5));
        demandClose(again[0]!.data, kept, 0, "the same input again");
        demand(
          first[0]!.data.every((value) => value === 9),
          "an earlier result was written again",
        );
      });
    },
  },
  {
    name: "targets take the channels asked for, in their order, from values that others read on",
    async check(engine, limits) {
      const steps = [conv(3, 6, relu), conv(6, 5, linear, 5)];
      const plan = planOf(3, steps, [
        { value: 2, channels: [4, 0] },
        { value: 1, channels: [5, 2, 3] },
        { value: 1, channels: null },
        { value: 1, channels: [2] },
        { value: 0, channels: [1] },
      ]);
      await demandAgreement(engine, { plan, input: input(2, 5, 4) }, limits);
    },
  },
  {
    name: "a target without gradient does not count",
    async check(engine, limits) {
      const plan = planOf(
        3,
        [conv(3, 6, relu), conv(6, 5, linear, 5)],
        [
          { value: 2, channels: null },
          { value: 1, channels: null },
        ],
      );
      const reference = await cpuEngine().load(plan);
      await withLoaded(engine, plan, async (executable) => {
        const [, second] = gradientsFor(await executable.forward(input(1, 5, 4)), 2);
        await reference.forward(input(1, 5, 4));
        for (const gradients of [
          [null, second!],
          [null, null],
        ]) {
          demandClose(
            (await executable.backward(gradients)).data,
            (await reference.backward(gradients)).data,
            limits.backward,
            "gradient",
          );
        }
      });
    },
  },
  ...[undefined, 1, 6].map(
    (max): ConformanceCase => ({
      name: `redirected gradients pass a ${max ? `rectifier with ceiling ${max}` : "rectifier"} only in examples in which nothing else passes`,
      async check(engine, limits) {
        const activation = max ? { name: "relu" as const, max } : relu;
        const plans = [
          planOf(2, [{ kind: "activation", activation }]),
          planOf(2, [{ kind: "affine", scale: Float32Array.of(1, 1), shift: Float32Array.of(0, 0), activation }]),
        ];
        // One example silent everywhere, one at its ceiling where there is one, one that lets something through.
        const silent = {
          count: 3,
          height: 1,
          width: 2,
          channels: 2,
          data: Float32Array.of(-1, -2, -3, -4, 9, 9, -9, 9, -1, 0.5, -1, -1),
        };
        const gradient = Float32Array.of(1, -1, 0, 2, 1, -1, 1, -2, 3, 2, -1, 1);
        for (const plan of plans) {
          const reference = await cpuEngine().load(plan);
          await reference.forward(silent);
          await withLoaded(engine, plan, async (executable) => {
            await executable.forward(silent);
            for (const redirect of [true, false]) {
              const wanted = (await reference.backward([gradient], { redirect })).data;
              demandClose(
                (await executable.backward([gradient], { redirect })).data,
                wanted,
                limits.backward,
                `gradient with redirect ${redirect}`,
              );
            }
          });
        }
      },
    }),
  ),
  {
    name: "redirected gradients reach the image through a dead layer",
    async check(engine, limits) {
      const dead = conv(3, 4, relu);
      if (dead.kind !== "conv") return;
      const plan = planOf(3, [
        { ...dead, weights: { ...dead.weights, bias: new Float32Array(4).fill(-100) } },
        conv(4, 2, relu, 4),
      ]);
      await demandAgreement(engine, { plan, input: input(2, 5, 5) }, limits, { redirect: true });
      await demandAgreement(engine, { plan, input: input(2, 5, 5) }, limits);
    },
  },
  {
    name: "a vector is a map of one pixel, and a map can be reshaped to it",
    async check(engine, limits) {
      const dense: Draft = {
        ...(conv(60, 4) as Extract<Draft, { kind: "conv" }>),
        weights: weightsOf([1, 1, 60, 4], 4, 2),
        padding: "valid",
      };
      const plan = planOf(3, [
        { kind: "reshape", to: [1, 1, 60] },
        dense,
        { kind: "activation", activation: { name: "softmax" } },
      ]);
      await demandAgreement(engine, { plan, input: input(2, 5, 4) }, limits);
    },
  },
  {
    name: "a small residual network with branches, batch norm and strides",
    async check(engine, limits) {
      const holds = fc.asyncProperty(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 9, max: 14 }),
        async (seed, size) => {
          const plan = compile(resnet(seed), [
            { layer: "mixed", channels: [1, 3] },
            { layer: "sum" },
            { layer: "conv1", preActivation: true },
          ]);
          await demandAgreement(engine, { plan, input: input(2, size, size + 1) }, limits);
        },
      );
      await fc.assert(holds, { seed: 1, numRuns: Math.ceil((limits.runs ?? 20) / 4) });
    },
  },
  {
    name: "plans that share weights go one by one",
    async check(engine, limits) {
      const net = resnet(3);
      const [first, second] = [compile(net, [{ layer: "mixed" }]), compile(net, [{ layer: "sum" }])];
      const gone = await engine.load(first);
      await gone.forward(input(1, 9, 9));
      await withLoaded(engine, second, async (executable) => {
        await executable.forward(input(1, 9, 9));
        gone.dispose();
        gone.dispose();
        await demandSameRun(executable, await cpuEngine().load(second), input(1, 9, 9), limits);
      });
      await demandAgreement(engine, { plan: first, input: input(1, 9, 9) }, limits);
    },
  },
  {
    name: "two plans run in turn without disturbing each other",
    async check(engine, limits) {
      const [one, two] = [planOf(3, [conv(3, 4, relu)]), planOf(3, [conv(3, 4, relu, 8), conv(4, 2)])];
      await withLoaded(engine, one, (first) =>
        withLoaded(engine, two, async (second) => {
          const [a, b] = [
            gradientsFor(await first.forward(input(1, 6, 6)), 1),
            gradientsFor(await second.forward(input(1, 7, 5)), 1),
          ];
          const [slopeOne, slopeTwo] = [await first.backward(a), await second.backward(b)];
          for (const [plan, given, gradients, slope] of [
            [one, input(1, 6, 6), a, slopeOne],
            [two, input(1, 7, 5), b, slopeTwo],
          ] as const) {
            const reference = await cpuEngine().load(plan);
            await reference.forward(given);
            demandClose(slope.data, (await reference.backward(gradients)).data, limits.backward, "gradient");
          }
        }),
      );
    },
  },
  {
    name: "refuses what does not fit in one sentence, and works on afterwards",
    async check(engine, limits) {
      const plan = planOf(3, [{ ...conv(3, 4, relu), padding: "valid" } as Draft]);
      await withLoaded(engine, plan, async (executable) => {
        await demandRefusal(() => executable.backward([null]), "engine", "backward needs a forward run");
        await demandRefusal(() => executable.forward(input(1, 5, 5, 4)), "bad-size", "3 channels; got 4");
        await demandRefusal(
          () => executable.forward({ ...input(1, 5, 5), count: 2 }),
          "bad-size",
          "needs that many values",
        );
        await demandRefusal(() => executable.forward(input(1, 2, 5)), "bad-size", "too small");
        await executable.forward(input(1, 5, 5));
        await demandRefusal(() => executable.backward([new Float32Array(7)]), "bad-size", "got 7");
        await demandRefusal(() => executable.backward([]), "bad-size", "1 target");
        await demandSameRun(executable, await cpuEngine().load(plan), input(1, 5, 5), limits);
      });
    },
  },
  {
    name: "a disposed plan refuses to run",
    async check(engine) {
      const executable = await engine.load(planOf(3, [conv(3, 4)]));
      await executable.forward(input(1, 5, 5));
      executable.dispose();
      await demandRefusal(() => executable.forward(input(1, 5, 5)), "engine", "disposed");
      await demandRefusal(() => executable.backward([null]), "engine", "disposed");
    },
  },
];
