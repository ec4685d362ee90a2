/** Tuning of networks whose preferences are known: one filter by hand, the hand-written curve network, and refusals. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  curveAngles,
  curveNetwork,
  kernelBetween,
  parts,
  radii3,
} from "../../examples/06-hand-written-curves/curve-network.js";
import { createImage } from "../../src/core/image.js";
import { defaultSweep } from "../../src/dataset/default-sweep.js";
import { jointTuning, turnedPhoto } from "../../src/dataset/joint-tuning.js";
import { stimulus } from "../../src/dataset/stimuli/namespace.js";
import { evenAngles, sweep } from "../../src/dataset/sweep.js";
import { type Tuning, tune } from "../../src/dataset/tune.js";
import { angleBetween } from "../../src/dataset/tuning-curve.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { parse, stringify } from "../../src/results/codec.js";
import { conv, network } from "../network/ops.js";

/** Two 3 × 3 filters on a grey image: `edge:0` answers to what is brighter on the right, `edge:1` to what is brighter below. */
const edges = network(
  [9, 9, 1],
  [
    conv("edge", "image", [3, 3, 1, 2], {
      kernel: Float32Array.from([-1, -1, 0, -1, 1, -1, -1, 0, 0, 0, 1, 0, -1, 1, 0, 1, 1, 1]),
      activation: { name: "relu" },
    }),
  ],
);
const engine = cpuEngine();
const borders = sweep((p) => stimulus.edge({ ...p, size: 9, blur: 6 }), { angle: evenAngles(24) }, { name: "edge" });

describe("a sweep", () => {
  it("draws every combination once, the last parameter fastest", () => {
    const seen: object[] = [];
    const draw = (p: { a: number; b: number }) => {
      seen.push(p);
      return createImage(1, 1, 1);
    };
    const grid = sweep(draw, { a: [1, 2], b: [5, 6, 7] });
    for (let i = 0; i < grid.count; i++) grid.image(i);
    expect(seen).toEqual([1, 2].flatMap((a) => [5, 6, 7].map((b) => ({ a, b }))));
    expect(grid.point(4)).toEqual([2, 6]);
  });

  it("turns in even steps from 0", () => {
    expect(evenAngles(4, 180)).toEqual({ values: [0, 45, 90, 135], period: 180 });
    expect(evenAngles().values).toHaveLength(36);
  });

  it("is refused when there is nothing to sweep, or its turn is uneven", () => {
    expect(() => sweep(() => createImage(1, 1, 1), {})).toThrow(/axes are one or more parameters/);
    expect(() => sweep(() => createImage(1, 1, 1), { angle: [] })).toThrow(/got angle: \[\]/);
    expect(() => sweep(() => createImage(1, 1, 1), { angle: { values: [0, 10, 20], period: 360 } })).toThrow(
      /turn\(count, 360\)/,
    );
  });
});

describe("tune", () => {
  it("finds the angles of two filters written by hand, opposite ones unanswered", async () => {
    const { units, stimulus: name, settings, engine: ran } = await tune(edges, "edge", borders, { engine });
    expect(name).toBe("edge");
    expect(settings).toEqual({ at: "max", preActivation: false });
    expect(ran.name).toBe("cpu");
    // An edge at 0° is brighter below; at 270° it is brighter on the right.
    expect(units.map(({ curve }) => curve!.preferred)).toEqual([270, 0]);
    expect(units.map(({ curve }) => curve!.echo)).toEqual([0, 0]);
    // Two pixels apart on a slope of 1 / 6, in three rows.
    expect(units[0]!.curve!.peak).toBeCloseTo(1, 5);
  });

  it("answers the same for any batch, and in the order asked for", async () => {
    const asked = ["edge:1", "edge:0"];
    const [one, many] = [1, 24].map((batch) => tune(edges, asked, borders, { engine, batch }));
    expect((await one!).units).toEqual((await many!).units);
    expect((await one!).units.map(({ unit }) => unit.channel)).toEqual([1, 0]);
  });

  it("takes the curve through the largest response of a grid", async () => {
    const faint = sweep(
      ({ angle, contrast }) => stimulus.grating({ angle, contrast, size: 9, wavelength: 8, phase: 90 }),
      { contrast: [0.2, 1, 0.4], angle: evenAngles(12, 180) },
    );
    const [unit] = (await tune(edges, "edge:1", faint, { engine })).units;
    expect(unit!.best[0]).toBe(1);
    expect(angleBetween(unit!.best[1]!, 0, 180)).toBeLessThanOrEqual(15);
    expect(unit!.curve!.responses).toEqual(unit!.responses.subarray(12, 24));
  });

  it("counts only positions that see no zeros around the image", async () => {
    // With `same` padding a bright flat image has an edge at its border, but none that a whole field sees.
    const padded = network(
      [9, 9, 1],
      [
        conv("edge", "image", [3, 3, 1, 1], {
          kernel: Float32Array.from([1, 1, 1, 0, 0, 0, -1, -1, -1]),
          padding: "same",
        }),
      ],
    );
    const flat = sweep((p: { level: number }) => createImage(9, 9, 1, new Float32Array(81).fill(p.level)), {
      level: [0.5, 1],
    });
    expect([...(await tune(padded, "edge:0", flat, { engine })).units[0]!.responses]).toEqual([0, 0]);
  });

  it("survives JSON", async () => {
    const tuned = await tune(edges, "edge", borders, { engine });
    expect(parse("tuning", stringify(tuned))).toEqual(tuned);
    expect(() => parse("tuning", "{}")).toThrow(/make it again with this version/);
  });

  it("is given up with the signal's reason, and hears of progress", async () => {
    const controller = new AbortController();
    const heard: number[] = [];
    const run = tune(edges, "edge", borders, {
      engine,
      batch: 4,
      signal: controller.signal,
      onProgress: ({ done, total }) => {
        heard.push(done / total);
        if (done >= 8) controller.abort(new Error("enough"));
      },
    });
    await expect(run).rejects.toThrow("enough");
    expect(heard).toEqual([4 / 24, 8 / 24]);
  });

  it("refuses unknown units and positions in a sentence", async () => {
    await expect(tune(edges, "edge:2", borders, { engine })).rejects.toThrow(/units 0 to 1; got 2/);
    await expect(tune(edges, "edg:0", borders, { engine })).rejects.toThrow(/nearest are/);
    await expect(tune(edges, "edge:0", borders, { engine, at: "corner" as "max" })).rejects.toThrow(
      /"max", "mean" or "centre"/,
    );
    expect(() => defaultSweep(edges, "edge:0", "spiral" as "line")).toThrow(/name of a stimulus, one of line, edge/);
  });

  it("has a usual sweep for every stimulus, at the size of the receptive field and four strides", () => {
    for (const name of Object.keys(stimulus) as (keyof typeof stimulus)[]) {
      const usual = defaultSweep(edges, "edge:0", name, { count: 8 });
      expect(usual.name).toBe(name);
      expect(usual.image(usual.count - 1)).toMatchObject({ height: 7, width: 7 });
    }
  });
});

describe("the hand-written curve network", () => {
  const size = 112;
  const layers = ["conv2d2", "mixed3a", "mixed3b"] as const;
  let tuned: Tuning;
  beforeAll(async () => {
    const net = curveNetwork(size);
    const arcs = sweep(
      ({ angle }) => stimulus.arc({ angle, radius: 45, width: 6, size, aperture: size / 2.5 }),
      { angle: evenAngles(72) },
      { name: "arc" },
    );
    const units = layers.flatMap((layer) => curveAngles.map((_, channel) => ({ layer, channel })));
    tuned = await tune(net, units, arcs, { at: "mean" });
  }, 60_000);

  const curvesOf = (layer: string) => tuned.units.filter(({ unit }) => unit.layer === layer).map(({ curve }) => curve!);
  /** Steps from each unit's angle to the next one's; they add up to one turn when they are in order. */
  const steps = (angles: readonly number[]): number[] =>
    angles.map((angle, i) => ((angles[(i + 1) % angles.length]! - angle + 540) % 360) - 180);

  it("has the weights of its notebook (A1; A2 to 0.08)", () => {
    const [curve, edge] = [parts[0]!, parts[24]!];
    const rows = (kernel: number[]): number[][] => [kernel.slice(0, 5), kernel.slice(10, 15)];
    const [top, middle] = rows(kernelBetween(curve, curve, 5, radii3));
    expect(top!.map((w) => w.toFixed(2))).toEqual(["-0.05", "0.42", "0.72", "-0.02", "-0.08"]);
    expect(middle!.map((w) => w.toFixed(2))).toEqual(["-0.10", "0.22", "1.00", "0.22", "-0.10"]);
    const [fromEdge] = rows(kernelBetween(edge, curve, 5, radii3));
    [-0.01, -0.66, -0.86, -0.04, 0].forEach((w, i) => expect(Math.abs(fromEdge![i]! - w)).toBeLessThan(0.08));
  });

  it("answers arcs with peaks in the order of its angles, within 10° of them, at the last layer (A10)", () => {
    const peaks = curvesOf("mixed3b").map((curve) => curve.preferred);
    expect(Math.min(...steps(peaks))).toBeGreaterThan(0);
    expect(steps(peaks).reduce((a, b) => a + b)).toBe(360);
    peaks.forEach((peak, i) => expect(angleBetween(peak, curveAngles[i]!)).toBeLessThanOrEqual(10));
  });

  it("has mean directions in the order of its angles at every layer of curves", () => {
    for (const layer of layers) {
      const directions = curvesOf(layer).map((curve) => curve.mean);
      expect(Math.min(...steps(directions))).toBeGreaterThan(0);
      directions.forEach((mean, i) => expect(angleBetween(mean, curveAngles[i]!)).toBeLessThan(15));
    }
  });

  it("grows more selective, and echoes less, from layer to layer", () => {
    const mean = (layer: string, of: "selectivity" | "echo"): number =>
      curvesOf(layer).reduce((sum, curve) => sum + curve[of]!, 0) / curveAngles.length;
    const [first, second, third] = layers.map((layer) => mean(layer, "selectivity"));
    expect(second).toBeGreaterThan(first!);
    expect(third).toBeGreaterThan(second!);
    expect(mean("mixed3b", "echo")).toBeLessThan(0.05);
    expect(mean("conv2d2", "echo")).toBeGreaterThan(mean("mixed3b", "echo"));
  });
});

describe("joint tuning", () => {
  const photo = stimulus.edge({ angle: 200, size: 9, blur: 3 });

  it("puts a family's members at their angles from the first, whatever the photograph shows", async () => {
    const joint = await jointTuning(
      edges,
      { units: "edge", photographs: [photo, stimulus.edge({ angle: 10, size: 9 })] },
      { engine, count: 36 },
    );
    expect(joint.photographs).toBe(2);
    // From brighter on the right (270°) to brighter below (0°) is a quarter turn clockwise.
    expect(joint.members[0]!.curve.preferred).toBe(0);
    expect(angleBetween(joint.members[1]!.curve.preferred, 90)).toBeLessThanOrEqual(10);
  });

  it("turns photographs clockwise as stimuli turn", () => {
    const turned = turnedPhoto(stimulus.edge({ angle: 0, size: 33, blur: 6 }), 60);
    const drawn = turnedPhoto(stimulus.edge({ angle: 60, size: 33, blur: 6 }), 0);
    turned.data.forEach((v, i) => expect(Math.abs(v - drawn.data[i]!)).toBeLessThan(0.12));
  });

  it("refuses no photographs, and ones that excite nothing", async () => {
    await expect(jointTuning(edges, { units: "edge", photographs: [] }, { engine })).rejects.toThrow(
      /one or more photographs/,
    );
    const shy = network(
      [9, 9, 1],
      [conv("edge", "image", [3, 3, 1, 1], { bias: Float32Array.of(-100), activation: { name: "relu" } })],
    );
    await expect(jointTuning(shy, { units: "edge", photographs: [photo] }, { engine })).rejects.toThrow(
      /none of the 1 photographs/,
    );
  });
});
