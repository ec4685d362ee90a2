/** Checkpoints of PyTorch: tensors of every kind, where training scripts keep them, and what is refused by name. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Architecture } from "../../../src/load/architecture.js";
import { pickleIn, readCheckpoint, readOldCheckpoint } from "../../../src/load/pytorch/checkpoint.js";
import { bytesSource, type NamedTensors, readTensor } from "../../../src/load/tensors.js";
import { readZip } from "../../../src/load/zip.js";
import { createNetwork } from "../../../src/network/network.js";
import { preprocessing } from "../../../src/network/preprocessing.js";
import { open } from "../../../src/node/open.js";
import { golden } from "../golden.js";

const bytesOf = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(golden("pytorch", name)));

async function read(name: string): Promise<NamedTensors> {
  const source = bytesSource(name, await bytesOf(name));
  return name.includes("old") ? readOldCheckpoint(source) : readCheckpoint(source, await readZip(source));
}

const sines = (length: number): number[] => Array.from({ length }, (_, i) => Math.fround(Math.sin(i)));
const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i);

async function values(file: NamedTensors, name: string, shape: readonly number[]): Promise<number[]> {
  return [...(await readTensor(file, name, shape)).values];
}

describe.each(["types.pth", "types-protocol-4.pth", "types-old.pth", "types-big-endian.pth"])("%s", (name) => {
  it("holds tensors of every type by name", async () => {
    const file = await read(name);
    expect(await values(file, "single", [2, 3, 4])).toEqual(sines(24));
    expect(await values(file, "double", [7])).toEqual(sines(7));
    expect((await values(file, "half", [5, 2])).map((v) => v.toFixed(2))).toEqual(sines(10).map((v) => v.toFixed(2)));
    expect((await values(file, "brain", [6])).map((v) => v.toFixed(1))).toEqual(sines(6).map((v) => v.toFixed(1)));
    for (const whole of ["long", "int", "short", "char"]) expect(await values(file, whole, [4])).toEqual(upTo(4));
    expect(await values(file, "byte", [3, 3])).toEqual(upTo(9));
    expect(await values(file, "bool", [6])).toEqual([0, 1, 0, 1, 0, 1]);
    expect(await values(file, "number", [])).toEqual([0.5]);
    expect(await values(file, "empty", [0, 3])).toEqual([]);
    expect(await values(file, "parameter", [3])).toEqual(sines(3));
    expect(await values(file, "attributed", [3])).toEqual(sines(3));
    if (name.includes("old")) return;
    for (const whole of ["ushort", "uint"]) expect(await values(file, whole, [4])).toEqual(upTo(4));
  });

  it("holds views of one storage, in any order of axes", async () => {
    const file = await read(name);
    const all = sines(24);
    const at = (rows: readonly number[], columns: readonly number[]): number[] =>
      rows.flatMap((row) => columns.map((column) => all[row * 6 + column]!));
    expect(await values(file, "whole", [4, 6])).toEqual(all);
    expect(await values(file, "rows", [2, 6])).toEqual(at([2, 3], upTo(6)));
    expect(await values(file, "turned", [6, 4])).toEqual(upTo(6).flatMap((column) => at(upTo(4), [column])));
    expect(await values(file, "steps", [4, 3])).toEqual(at(upTo(4), [0, 2, 4]));
    expect(await values(file, "repeated", [5, 6])).toEqual(upTo(5).flatMap(() => at([1], upTo(6))));
    expect(await values(file, "channels_last", [1, 3, 2, 2])).toEqual(sines(12));
  });
});

describe("a checkpoint", () => {
  it("is read tensor by tensor: of one, only its own numbers", async () => {
    const bytes = await bytesOf("types.pth");
    let asked = 0;
    const source = {
      ...bytesSource("types.pth", bytes),
      read: async (start: number, end: number) => {
        asked += end - start;
        return bytes.subarray(start, end);
      },
    };
    const file = await readCheckpoint(source, await readZip(source));
    const before = asked;
    await file.tensors.get("rows")!.read();
    // Two rows of six, and the 30 bytes that say where the archive has them.
    expect(asked - before).toBe(2 * 6 * 4 + 30);
  });

  const names = ["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"];
  it.each([
    ["is itself the dictionary of tensors", "state.pth", "", undefined],
    ["has it in a dictionary of a dictionary", "nested.pth", "", undefined],
    [
      "of a training script has it beside the optimiser's tensors, settings and averages, of which a note tells",
      "training.pth",
      "module.",
      ['the weights are those under "state_dict"; not read: those under "state_dict_ema"'],
    ],
  ])("%s", async (_, name, prefix, notes) => {
    const file = await read(name);
    expect([...file.tensors.keys()].filter((key) => !/^(module\.)?3|num_batches/.test(key))).toEqual(
      names.map((own) => prefix + own),
    );
    expect(file.notes ?? []).toEqual(notes ?? []);
    const plain = await read("state.pth");
    expect(await values(file, `${prefix}0.weight`, [4, 3, 3, 3])).toEqual(
      await values(plain, "0.weight", [4, 3, 3, 3]),
    );
  });

  it("opens by an architecture of one's own, from a path, a File and an address", async () => {
    const shapes: (readonly number[])[] = [];
    const architecture: Architecture = ({ tensors }) => {
      shapes.push(tensors.get("module.0.weight")!.shape);
      return createNetwork("own", [], { shape: [8, 8, 3], preprocessing: preprocessing("unit", 3), stated: false });
    };
    const bytes = await bytesOf("training.pth");
    const fetch = async (_: unknown, request?: RequestInit): Promise<Response> => {
      const range = /bytes=(\d+)-(\d+)/.exec(new Headers(request?.headers).get("Range") ?? "");
      if (!range) return new Response(bytes.slice());
      const [from, to] = [Number(range[1]), Math.min(bytes.length, Number(range[2]) + 1)];
      const headers = { "Content-Range": `bytes ${from}-${to - 1}/${bytes.length}` };
      return new Response(bytes.slice(from, to), { status: 206, headers });
    };
    await open(golden("pytorch", "training.pth"), { architecture });
    await open(new File([bytes.slice()], "training.pth"), { architecture });
    await open(new File([bytes.slice()], "pytorch_model.bin"), { architecture });
    await open("https://models.example/training.pth", { architecture, fetch });
    await open("https://models.example/training.pth?token=1", { architecture, fetch, upTo: "a" });
    expect(shapes).toEqual(new Array(5).fill([4, 3, 3, 3]));
  });
});

describe("what is no dictionary of tensors is called what it is, with the line that makes one of it:", () => {
  it.each([
    [
      "a pickled module",
      "module.pth",
      /is a pickled module, an object of the class "torch.nn.modules.container.Sequential".*weights alone.*state_dict\(\), "weights.pth"\)/,
    ],
    [
      "a module in a dictionary",
      "module-in-dict.pth",
      /holds "torch.nn.modules.container.Sequential" beside or in place of weights/,
    ],
    ["TorchScript", "scripted.pt", /is TorchScript.*torch.jit.load\("scripted.pt"\).state_dict\(\)/],
    ["a function that would be called", "evil.pth", /holds "posix.system" beside or in place of weights/],
    ["a quantised tensor", "quantised.pth", /holds "torch._utils._rebuild_qtensor"/],
    ["two networks", "two.pth", /several dictionaries of tensors, "generator", "discriminator"; .*\["generator"\]/],
    ["another pickle", "plain.pkl", /is a pickle of Python that torch.save did not write/],
  ])("%s", async (_, name, message) => {
    await expect(open(golden("pytorch", name), { architecture: "resnet50" })).rejects.toThrow(message);
  });

  it("a dictionary without tensors", async () => {
    const source = bytesSource("state.pth", await bytesOf("state.pth"));
    const entries = await readZip(source);
    const pickle = pickleIn(entries)!;
    // An empty dictionary in place of the pickle.
    const empty = { ...pickle, size: 4, read: async () => Uint8Array.of(0x80, 2, 0x7d, 0x2e) };
    await expect(readCheckpoint(source, [empty, ...entries.filter((entry) => entry !== pickle)])).rejects.toThrow(
      '"state.pth" holds no dictionary of tensors; save one, in Python: torch.save(model.state_dict(), "weights.pth")',
    );
  });
});
