/** Twelve classifiers of torchvision and timm as `torch.save` writes them: every number is that of a file which other software wrote. */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ArchitectureName } from "../../../src/load/architectures/architectures.js";
import { readCheckpoint } from "../../../src/load/pytorch/checkpoint.js";
import { readSafetensors } from "../../../src/load/safetensors/safetensors.js";
import { bytesSource } from "../../../src/load/tensors.js";
import { readZip } from "../../../src/load/zip.js";
import { fingerprint } from "../../../src/network/fingerprint.js";
import { open } from "../../../src/node/open.js";

const folder = process.env.CONVLENS_CHECKPOINTS ?? "";
const has = folder !== "" && existsSync(folder);
if (!has)
  console.warn(
    "skipped: checkpoints of twelve classifiers; set CONVLENS_CHECKPOINTS, see test/golden/pytorch/classifiers.py",
  );

const names = has
  ? readdirSync(folder)
      .filter((file) => file.endsWith(".pth"))
      .map((file) => file.replace(".pth", ""))
  : ["none"];

describe.skipIf(!has)("a checkpoint of a classifier", () => {
  it.each(names)("holds its weights to the last bit, and opens by name: %s", { timeout: 300_000 }, async (name) => {
    const source = async (file: string) => bytesSource(file, new Uint8Array(await readFile(join(folder, file))));
    const checkpoint = await source(`${name}.pth`);
    const held = await readCheckpoint(checkpoint, await readZip(checkpoint));
    const wanted = await readSafetensors(await source(`${name}.safetensors`));
    expect([...held.tensors.keys()].sort()).toEqual([...wanted.tensors.keys()].sort());
    for (const [key, tensor] of wanted.tensors) {
      const values = await held.tensors.get(key)!.read();
      expect(held.tensors.get(key)!.shape).toEqual(tensor.shape);
      expect(Buffer.compare(Buffer.from(values.buffer), Buffer.from((await tensor.read()).buffer))).toBe(0);
    }
    const architecture = name as ArchitectureName;
    const net = await open(join(folder, `${name}.pth`), { architecture });
    expect(net.ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
    expect(net.notes).toEqual([]);
    expect(fingerprint(net)).toBe(fingerprint(await open(join(folder, `${name}.safetensors`), { architecture })));
  });
});
