/** Where a climb pushed: the sum of the gradient's size over the steps. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { objective, optimizer, param } from "../../src/optvis/namespaces.js";
import { visualize } from "../../src/optvis/visualize.js";
import { oneConv } from "./one-conv.js";

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine({ threads: 1 });
});
afterAll(() => engine.dispose());

const look = {
  size: 9,
  steps: 3,
  transforms: [],
  param: param.pixels({ std: 0, decorrelate: false, range: "clip" }),
  optimizer: optimizer.sgd({ learningRate: 1e-3 }),
} as const;

it("is what one position sees, by the size of its weights, and 1 where they are largest", async () => {
  const { transparency } = await visualize(oneConv([0]), objective.neuron("conv:0"), {
    ...look,
    engine,
    transparency: true,
  });
  expect(transparency).toMatchObject({ height: 9, width: 9, channels: 1 });
  const { data } = transparency!;
  // Weight i of 27 is (i % 11 − 5) / 10: each tap's three channels add up.
  const taps = Array.from({ length: 9 }, (_, tap) =>
    [0, 1, 2].reduce((sum, c) => sum + Math.abs(((3 * tap + c) % 11) - 5) / 10, 0),
  );
  const largest = Math.max(...taps);
  data.forEach((value, i) => {
    const [y, x] = [Math.floor(i / 9) - 3, (i % 9) - 3];
    const isSeen = y >= 0 && y < 3 && x >= 0 && x < 3;
    expect(value).toBeCloseTo(isSeen ? taps[3 * y + x]! / largest : 0, 5);
  });
});

it("is there only when asked for, and each picture's own", async () => {
  const net = oneConv([0, 0]);
  expect(await visualize(net, "conv:0", { ...look, engine })).not.toHaveProperty("transparency");
  const goals = [objective.position("conv:0", [1, 1]), objective.position("conv:1", [7, 7])];
  const both = await visualize(net, goals, { ...look, engine, transparency: true });
  const at = both.map(({ transparency }) => transparency!.data.findIndex((value) => value > 0));
  expect(at).toEqual([0, 6 * 9 + 6]);
});
