import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelsOf } from "../../src/core/shape.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import type { Network } from "../../src/network/network.js";
import type { Span } from "../../src/network/ops/field.js";
import { formatReceptiveField } from "../../src/network/receptive-field.js";
import { conv, type Draft, network } from "./ops.js";

/** Rows and columns of the image that the gradient of one value of a layer reaches: `[first, last]` of each. */
async function support(net: Network, layer: string, row: number, column: number): Promise<[number[], number[]]> {
  const [h, w, c] = net.input.shape as number[];
  const [oh, ow, oc] = net.layer(layer).output as number[];
  const executable = await cpuEngine().load(compile(net, [{ layer }]));
  const image = Float32Array.from({ length: h! * w! * c! }, (_, i) => 1 + ((i * 7) % 5));
  await executable.forward({ count: 1, height: h!, width: w!, channels: c!, data: image });
  const gradient = new Float32Array(oh! * ow! * oc!);
  gradient[(row * ow! + column) * oc!] = 1;
  const { data } = await executable.backward([gradient]);
  const rows: number[] = [];
  const columns: number[] = [];
  data.forEach((g, i) => {
    if (g === 0) return;
    rows.push(Math.floor(i / (w! * c!)));
    columns.push(Math.floor(i / c!) % w!);
  });
  return [
    [Math.min(...rows), Math.max(...rows)],
    [Math.min(...columns), Math.max(...columns)],
  ];
}

/** First and last pixel of a span at a position. */
function seen({ size, stride, start }: Span, at: number): [number, number] {
  return [start + at * stride, start + at * stride + size - 1];
}

/** An empty support, of a value that sees only zeros around the image, lies in every field. */
function expectContains([first, last]: number[], [from, to]: number[]): void {
  expect({ from, to, inside: first! <= from! && last! >= to! }).toEqual({ from, to, inside: true });
}

const pair = (max: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const sides = fc.integer({ min: 0, max: 2 });
const padding = fc.oneof(
  fc.constant("same" as const),
  fc.constant("valid" as const),
  fc.record({ top: sides, bottom: sides, left: sides, right: sides }),
);

/** A stack of convolutions with positive weights, so that no gradient cancels. */
const stack = fc
  .array(fc.record({ size: pair(3), strides: pair(2), dilation: pair(2), padding }), { minLength: 1, maxLength: 4 })
  .map((list) =>
    list.map(({ size, ...more }, i) => conv(`c${i + 1}`, i === 0 ? "image" : `c${i}`, [...size, 1, 1], more)),
  );

describe("the receptive field", () => {
  it("of two 3 × 3 convolutions is 5 × 5, of a 2 × 2 pooling with stride 2 between them 8 × 8 with stride 2", () => {
    const pool: Draft = {
      kind: "pool",
      name: "pool",
      inputs: ["a"],
      mode: "max",
      size: [2, 2],
      strides: [2, 2],
      padding: "valid",
    };
    const net = network(
      [20, 20, 1],
      [conv("a", "image", [3, 3, 1, 1]), conv("b", "a", [3, 3, 1, 1]), pool, conv("c", "pool", [3, 3, 1, 1])],
    );
    expect(net.layer("b").receptiveField).toEqual({
      rows: { size: 5, stride: 1, start: 0 },
      columns: { size: 5, stride: 1, start: 0 },
      whole: false,
    });
    expect(net.layer("c").receptiveField?.rows).toEqual({ size: 8, stride: 2, start: 0 });
    expect(formatReceptiveField(net.layer("c").receptiveField)).toBe("8×8 px, stride 2");
  });

  it("equals the support of the gradient of a stack of convolutions wherever it lies inside the image, and contains it elsewhere", async () => {
    await fc.assert(
      fc.asyncProperty(stack, fc.nat(), fc.nat(), async (drafts, y, x) => {
        const net = network([70, 65, 1], drafts);
        const last = net.layers.at(-1)!;
        const [oh, ow] = last.output as number[];
        const [row, column] = [y % oh!, x % ow!];
        const { rows, columns } = last.receptiveField!;
        const [reachedRows, reachedColumns] = await support(net, last.name, row, column);
        expectContains(seen(rows, row), reachedRows);
        expectContains(seen(columns, column), reachedColumns);
        const inside = (s: Span, at: number, length: number): boolean =>
          s.start + at * s.stride >= 0 && s.start + at * s.stride + s.size <= length;
        fc.pre(inside(rows, row, 70) && inside(columns, column, 65));
        expect([reachedRows, reachedColumns]).toEqual([seen(rows, row), seen(columns, column)]);
      }),
      { numRuns: 150 },
    );
  });

  it("contains the support of the gradient through pooling, padding, enlarging and branches", async () => {
    const bend = fc.constantFrom("pool", "pad", "nearest", "bilinear", "branch", "norm");
    await fc.assert(
      fc.asyncProperty(fc.array(bend, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(), async (list, y, x) => {
        const drafts: Draft[] = [conv("first", "image", [3, 3, 1, 1], { padding: "same" })];
        list.forEach((kind, i) => drafts.push(...bent(kind, `n${i}`, drafts.at(-1)!.name)));
        const net = network([16, 16, 1], drafts);
        const last = net.layers.at(-1)!;
        const [oh, ow] = last.output as number[];
        const [row, column] = [y % oh!, x % ow!];
        const { rows, columns } = last.receptiveField!;
        const [reachedRows, reachedColumns] = await support(net, last.name, row, column);
        expectContains(seen(rows, row), reachedRows);
        expectContains(seen(columns, column), reachedColumns);
      }),
      { numRuns: 150 },
    );
  });

  it("is the whole image past a global pooling, and unknown past an opaque layer", () => {
    const net = network(
      [8, 8, 1],
      [
        conv("a", "image", [3, 3, 1, 2]),
        { kind: "globalPool", name: "all", inputs: ["a"], mode: "average" },
        {
          kind: "opaque",
          name: "odd",
          inputs: ["a"],
          className: "Odd",
          reason: "it is odd",
          parameters: 0,
          output: [6, 6, 2],
        },
        conv("b", "odd", [1, 1, 2, 1]),
      ],
    );
    expect(formatReceptiveField(net.layer("all").receptiveField)).toBe("whole image");
    expect(net.layer("b").receptiveField).toBeNull();
    expect(formatReceptiveField(null)).toBe("unknown");
    expect(channelsOf(net.layer("b").output)).toBe(1);
  });
});

/** A piece of network behind `input`, its last operation called `name`. */
function bent(kind: string, name: string, input: string): Draft[] {
  const inputs = [input];
  switch (kind) {
    case "pool":
      return [{ kind: "pool", name, inputs, mode: "average", size: [3, 2], strides: [2, 1], padding: "same" }];
    case "pad":
      return [{ kind: "pad", name, inputs, padding: { top: 1, bottom: 0, left: 2, right: 1 } }];
    case "norm":
      return [
        {
          kind: "norm",
          name,
          inputs,
          gamma: null,
          beta: null,
          mean: Float32Array.of(0),
          variance: Float32Array.of(1),
          epsilon: 0,
        },
      ];
    case "branch": {
      const arms = [
        conv(`${name}/a`, input, [1, 3, 1, 1], { padding: "same" }),
        conv(`${name}/b`, input, [3, 1, 1, 1], { padding: "same", dilation: [2, 1] }),
      ];
      return [...arms, { kind: "add", name, inputs: arms.map((arm) => arm.name) }];
    }
    default:
      return [{ kind: "upsample", name, inputs, size: [2, 1], interpolation: kind as "nearest" }];
  }
}
