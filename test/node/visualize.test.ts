/** `visualize` in Node: what it says of its progress, and the numbers it refuses; its workers are tested as built. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { visualize } from "../../src/node/visualize.js";
import { writeTiny } from "../built/tiny.js";

const folder = mkdtempSync(join(tmpdir(), "convlens-visualize-"));
let net: Network;
beforeAll(async () => {
  net = await open(writeTiny(folder), { preprocessing: "unit" });
});
afterAll(() => rmSync(folder, { recursive: true }));

it("tells of its end also when all pictures stop on a plateau", async () => {
  const told: number[] = [];
  const [picture] = await visualize(net, ["first:0"], {
    engine: cpuEngine(),
    steps: 200,
    size: 8,
    transforms: [],
    plateau: 1,
    onProgress: ({ done, total }) => told.push(done / total),
  });
  expect(picture!.history.length).toBeLessThan(200);
  expect(told).toHaveLength(picture!.history.length + 1);
  expect(told.at(-1)).toBe(1);
});

it.each([
  ["workers", 0],
  ["workers", 1.5],
  ["batch", 0],
])("refuses %s of %d", async (name, number) => {
  await expect(visualize(net, ["first:0"], { [name]: number })).rejects.toThrow(
    `${name} is a whole number from 1; got ${number}`,
  );
});
