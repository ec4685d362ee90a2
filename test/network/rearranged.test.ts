/** Operations that rearrange and enlarge maps: what their table says, held to what the engine computes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import { channelSources } from "../../src/network/sources.js";
import { slice } from "../../src/weights/slice.js";
import { drawsOf, lattice } from "../conformance/values.js";
import { conv, type Draft, network } from "./ops.js";

const whole = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const counted = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const sides = (max: number) => fc.record({ top: whole(max), bottom: whole(max), left: whole(max), right: whole(max) });
const at = { name: "op", inputs: ["image"] };

/** Any of the operations, on a map of 6 × 8 × 4. */
const drafts: fc.Arbitrary<Draft> = fc.oneof(
  fc
    .record({ cropping: sides(2), strides: fc.tuple(counted(2), counted(3)) })
    .map((crop): Draft => ({ kind: "crop", ...at, ...crop })),
  fc
    .record({ padding: sides(3), border: fc.constantFrom("reflect", "symmetric", "edge", "constant"), value: whole(1) })
    .map((extend): Draft => ({ kind: "extend", ...at, ...extend }) as Draft),
  fc
    .record({ kind: fc.constantFrom("depthToSpace", "spaceToDepth"), order: fc.constantFrom("DCR", "CRD") })
    .map((blocks): Draft => ({ ...at, ...blocks, block: 2 }) as Draft),
  fc
    .shuffledSubarray([0, 1, 2], { minLength: 3 })
    .map((axes): Draft => ({ kind: "permute", ...at, axes: axes as [number, number, number] })),
  fc
    .record({
      size: fc.tuple(counted(4), counted(3)),
      strides: fc.tuple(counted(3), counted(3)),
      dilation: fc.tuple(counted(2), counted(2)),
      padding: sides(1),
      outputPadding: fc.tuple(whole(2), whole(2)),
      groups: fc.constantFrom(1, 2, 4),
    })
    .map(({ size, groups, ...more }): Draft => {
      const kernelShape = [...size, 4 / groups, 2 * groups] as const;
      const kernel = lattice(
        drawsOf(3),
        kernelShape.reduce((a, b) => a * b),
      ).map((w) => w || 0.5);
      const place = { ...at, kernel, kernelShape, bias: null, activation: { name: "linear" as const } };
      return { kind: "convTranspose", ...place, groups, ...more };
    }),
  fc.constant<Draft>({ kind: "normalize", ...at, over: "pixel", groups: 2, gamma: null, beta: null, epsilon: 0.1 }),
);

describe("an operation that rearranges a map", () => {
  it("puts out the shape, and sees the part of the image, that the table says", async () => {
    await fc.assert(
      fc.asyncProperty(drafts, whole(1000), async (draft, pick) => {
        const net = network([6, 8, 4], [draft]);
        const op = net.ops.at(-1)!;
        const executable = await cpuEngine().load(compile(net, [{ layer: "op" }]));
        const data = lattice(drawsOf(1), 6 * 8 * 4, { span: 4 });
        const [map] = await executable.forward({ count: 1, height: 6, width: 8, channels: 4, data });
        expect([map!.height, map!.width, map!.channels]).toEqual(op.output);
        const one = pick % map!.data.length;
        const back = await executable.backward([map!.data.map((_, i) => (i === one ? 1 : 0))]);
        const { rows, columns, whole: everywhere } = net.layer("op").receptiveField!;
        const pixel = Math.floor(one / map!.channels);
        const [y, x] = [Math.floor(pixel / map!.width), pixel % map!.width];
        const within = (place: number, p: number, { start, stride, size }: typeof rows): boolean =>
          p >= start + place * stride - 1e-9 && p <= start + place * stride + size - 1 + 1e-9;
        back.data.forEach((slope, i) => {
          if (slope === 0 || everywhere || draft.kind === "extend") return;
          const [row, column] = [Math.floor(i / 32), Math.floor(i / 4) % 8];
          expect([row, within(y, row, rows)]).toEqual([row, true]);
          expect([column, within(x, column, columns)]).toEqual([column, true]);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("hands on the units that its values come from", async () => {
    await fc.assert(
      fc.asyncProperty(drafts, async (draft) => {
        const net = network([6, 8, 4], [draft]);
        const sources = channelSources(net, "op");
        if (sources.some(({ unit }) => unit.layer === "op")) return;
        const executable = await cpuEngine().load(compile(net, [{ layer: "op" }]));
        // Channel c of the image is the number c + 1 everywhere.
        const data = Float32Array.from({ length: 6 * 8 * 4 }, (_, i) => (i % 4) + 1);
        const [map] = await executable.forward({ count: 1, height: 6, width: 8, channels: 4, data });
        if (draft.kind === "normalize" || (draft.kind === "extend" && draft.border === "constant")) return;
        map!.data.forEach((value, i) => {
          expect(value).toBe(sources[i % map!.channels]!.unit.channel + 1);
        });
      }),
      { numRuns: 200 },
    );
  });
});

it("a transposed convolution is sliced like a convolution: by the unit that it reads and the unit that it makes", () => {
  const kernelShape = [1, 2, 2, 3] as const;
  const net = network(
    [4, 4, 3],
    [
      conv("below", "image", [1, 1, 3, 2]),
      {
        kind: "convTranspose",
        name: "up",
        inputs: ["below"],
        kernel: Float32Array.from({ length: 12 }, (_, i) => i),
        kernelShape,
        bias: null,
        strides: [2, 2],
        dilation: [1, 1],
        padding: { top: 0, bottom: 0, left: 0, right: 0 },
        outputPadding: [1, 0],
        groups: 1,
        activation: { name: "linear" },
      },
    ],
  );
  expect([...slice(net, "up:1", "below:1").data]).toEqual([4, 10]);
  expect(net.layer("up")).toMatchObject({ kind: "convTranspose", kernel: kernelShape, output: [8, 8, 3] });
});
