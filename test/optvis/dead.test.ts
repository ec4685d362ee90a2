/** What counts as dead: a rectifier that answered 0 throughout; elsewhere, what no gradient ever came to. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { Op } from "../../src/network/ops.js";
import { isRectified } from "../../src/network/sign.js";
import { objective, param } from "../../src/optvis/namespaces.js";
import type { Objective } from "../../src/optvis/objective/objective.js";
import type { Picture } from "../../src/optvis/picture.js";
import { visualize } from "../../src/optvis/visualize.js";
import { oneConv } from "./one-conv.js";

const relu = { name: "relu" } as const;
let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine({ threads: 1 });
});
afterAll(() => engine.dispose());

const look = (net: Network, target: string | Objective, more = {}): Promise<Picture> =>
  visualize(net, target, { engine, size: 20, steps: 24, seed: 2, ...more });

/** A network and a layer more. */
const followedBy = (net: Network, ...ops: Op[]): Network => createNetwork(net.name, [...net.ops, ...ops], net.input);

describe("a picture is", () => {
  it("alive, when a linear unit rises and never comes above 0", async () => {
    const { status, history, value } = await look(oneConv([-100]), objective.neuron("conv:0"), { transforms: [] });
    expect(history[0]).toBeLessThan(-50);
    expect(value).toBeLessThan(0);
    expect(value).toBeGreaterThan(history[0]! + 0.5);
    expect(status).toBe("alive");
  });

  it("alive, when a logit below 0 rises, though its activation stays at 0", async () => {
    const { status, history, value } = await look(oneConv([-100], relu), objective.logit("conv:0"));
    expect(value).toBeLessThan(0);
    expect(value).toBeGreaterThan(history[0]!);
    expect(status).toBe("alive");
  });

  it("dead, when a rectified unit is too low to be woken", async () => {
    const { status, value } = await look(oneConv([-100], relu), "conv:0");
    expect(value).toBe(0);
    expect(status).toBe("dead");
  });

  it("alive, when redirection wakes a rectified unit, and dead without", async () => {
    const net = oneConv([-1], relu);
    const grey = { param: param.pixels({ std: 0 }), transforms: [] };
    const one = objective.neuron("conv:0");
    const woken = await look(net, one, { ...grey, redirectSteps: 17 });
    expect(woken.history[0]).toBe(0);
    expect(woken.value).toBeGreaterThan(0);
    expect(woken.status).toBe("alive");
    expect((await look(net, one, { ...grey, redirectSteps: 0 })).status).toBe("dead");
  });

  it("judged alone in a batch of rectified, linear and layer objectives", async () => {
    const net = followedBy(oneConv([-100, 0], relu), {
      kind: "norm",
      name: "norm",
      layer: "norm",
      inputs: ["conv"],
      output: [24, 24, 2],
      gamma: null,
      beta: Float32Array.of(-3, -3),
      mean: Float32Array.of(0, 0),
      variance: Float32Array.of(1, 1),
      epsilon: 1e-3,
    });
    const dead = createNetwork("dead", oneConv([-100, -100], relu).ops, net.input);
    const targets = ["conv:0", "conv:1", "norm:1", objective.logit("conv:0")];
    const many = await visualize(net, targets, { engine, size: 20, steps: 24, seed: 2 });
    expect(many.map(({ status }) => status)).toEqual(["dead", "alive", "alive", "alive"]);
    const layers = [objective.layer("conv"), objective.channel("conv:1")];
    const both = await visualize(dead, layers, { engine, size: 20, steps: 24 });
    expect(both.map(({ status }) => status)).toEqual(["dead", "dead"]);
  });

  it("dead, where no gradient ever comes to values that no rectifier cuts off", async () => {
    // A norm of a rectifier that nothing wakes, and nothing is redirected: the value stands still.
    const net = followedBy(oneConv([-100], relu), {
      kind: "norm",
      name: "norm",
      layer: "norm",
      inputs: ["conv"],
      output: [24, 24, 1],
      gamma: null,
      beta: Float32Array.of(5),
      mean: Float32Array.of(0),
      variance: Float32Array.of(1),
      epsilon: 1e-3,
    });
    const { status, value } = await look(net, "norm:0", { redirectSteps: 0 });
    expect(value).toBeCloseTo(5, 2);
    expect(status).toBe("dead");
  });

  it("alive, when it is all that is looked at", async () => {
    expect((await look(oneConv([0]), objective.l1(1).times(-1))).status).toBe("alive");
  });
});

it("a layer is behind a rectifier through pools and sums, not through a convolution", () => {
  const at = { layer: "after", name: "after", output: [12, 12, 1] } as const;
  const pool: Op = {
    ...at,
    kind: "pool",
    mode: "max",
    size: [2, 2],
    strides: [2, 2],
    padding: "valid",
    inputs: ["conv"],
  };
  expect(isRectified(oneConv([0], relu), "conv")).toBe(true);
  expect(isRectified(oneConv([0]), "conv")).toBe(false);
  expect(isRectified(oneConv([0], { name: "leakyRelu", alpha: 0.1 }), "conv")).toBe(false);
  expect(isRectified(followedBy(oneConv([0], relu), pool), "after")).toBe(true);
  expect(isRectified(followedBy(oneConv([0]), pool), "after")).toBe(false);
  const sum: Op = { ...at, kind: "add", inputs: ["conv", "image"] };
  expect(isRectified(followedBy(oneConv([0], relu), sum), "after")).toBe(false);
  const own: Op = { ...at, kind: "add", inputs: ["conv", "conv"] };
  expect(isRectified(followedBy(oneConv([0], relu), own), "after")).toBe(true);
});
