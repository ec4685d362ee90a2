/** Pickles that are damaged or made to do harm: a value or one clear error, soon, and nothing called that is not on the list. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { isLensError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { acceptedNames, refusedName } from "../../../src/load/pytorch/names.js";
import { type PickleBuilder, type PickleValue, readPickle } from "../../../src/load/pytorch/pickle.js";
import { stateDictIn } from "../../../src/load/pytorch/state-dict.js";
import type { Storages } from "../../../src/load/pytorch/storages.js";
import { bytesSource } from "../../../src/load/tensors.js";
import { readZip } from "../../../src/load/zip.js";
import { golden } from "../golden.js";

const pickle = (...parts: (number | string)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "number" ? [part] : Array.from(part, (letter) => letter.charCodeAt(0)))),
  );
const storages: Storages = {
  file: "a.pth",
  bigEndian: false,
  find: () => ({ size: 1000, read: async (start, end) => new Uint8Array(end - start) }),
};

/** Reads a pickle, and notes the names that it called. */
function run(bytes: Uint8Array, called = new Set<string>()): PickleValue {
  const accepted = acceptedNames("a.pth", bytes.length);
  const find = (name: string, outermost: boolean): PickleBuilder | PickleValue => {
    const found = accepted.get(name);
    if (found === undefined) throw refusedName("a.pth", name, outermost);
    if (typeof found !== "function") return found;
    return (args) => {
      called.add(name);
      return found(args);
    };
  };
  const persistent = (): PickleValue => ({ kind: "storage", type: "float32", key: "0" }) as PickleValue;
  return readPickle(bytes, 0, { file: "a.pth", find, persistent }).value;
}

describe("a pickle that is made to do harm", () => {
  it.each([
    ["calls a function of the system", pickle("cos\nsystem\n(X", 2, 0, 0, 0, "idtR."), /"os.system"/],
    [
      "calls one under the name of a module that is accepted",
      pickle("ctorch._utils\n_rebuild_evil\n)R."),
      /"torch._utils._rebuild_evil"/,
    ],
    ["calls what every object has", pickle("c__proto__\nconstructor\n)R."), /"__proto__.constructor"/],
    ["calls a text", pickle("X", 1, 0, 0, 0, "a)R."), /it calls what is no function/],
    [
      "uses an instruction beyond tensors",
      pickle("(idict\nhello\n."),
      /its instruction 1 is 0x69, which dictionaries of tensors do not need/,
    ],
    ["takes what is not there", pickle("N", 0x86, "."), /it takes a value that is not there/],
    ["takes what lies before a mark", pickle("N(", 0x85, "."), /it takes a value that is not there/],
    ["ends a list that did not begin", pickle("t."), /it ends a list that did not begin/],
    ["asks for what it did not remember", pickle("h", 7, "."), /it asks for value 7/],
    ["says that a text has 4 GB", pickle("X", 255, 255, 255, 255, "a."), /it breaks off after 7 bytes/],
    ["breaks off", pickle("}q", 0), /it breaks off after 3 bytes/],
    ["has a name without an end", pickle("cos"), /a name in it has no end/],
    ["sets entries of a number", pickle("K", 1, "NNs."), /it sets entries of what is no dictionary/],
    ["appends to a text", pickle("X", 0, 0, 0, 0, "Na."), /it appends to what is no list/],
  ])("%s", (_, bytes, message) => {
    expect(() => run(bytes)).toThrow(message);
  });

  it("makes a dictionary of one long list again and again", () => {
    // Ten thousand pairs once, and ten thousand dictionaries of them.
    const pairs = pickle("](", ...new Array<number | string>(10_000).fill("K\x01K\x01\x86"), "eq", 0);
    const again = pickle(...new Array<string>(10_000).fill("ccollections\nOrderedDict\nh\0\x85R"), ".");
    expect(() => run(Uint8Array.from([...pairs, ...again]))).toThrow(/made of something else than its entries/);
  });

  it("nests dictionaries in dictionaries, each held many times", () => {
    const depth = 200;
    // }q0 then each: } ( 'a' h(i) 'b' h(i) … u
    let bytes = pickle("}q", 0);
    for (let i = 1; i < depth; i++) {
      const entries = Array.from({ length: 50 }, (_, k) => ["K", k, "h", i - 1]).flat();
      bytes = Uint8Array.from([...bytes, ...pickle("}q", i, "(", ...entries, "u")]);
    }
    const value = run(Uint8Array.from([...bytes, ...pickle(".")]));
    expect(() => stateDictIn(value, storages, 1000)).toThrow(/holds no dictionary of tensors/);
  });

  it("has a tensor that repeats one number a thousand million times", () => {
    const call = "ctorch._utils\n_rebuild_tensor_v2\n(NQ";
    const billion = [0x4a, 0, 0xca, 0x9a, 0x3b];
    const bytes = pickle("}X", 1, 0, 0, 0, "a", call, "K", 0, ...billion, 0x85, "K", 0, 0x85, 0x89, "NtRs.");
    expect(() => stateDictIn(run(bytes), storages, 1000)).toThrow(/would become 4000000000 bytes of tensors/);
  });

  it("has a tensor that reaches out of its storage", () => {
    const call = "ctorch._utils\n_rebuild_tensor_v2\n(NQ";
    const bytes = pickle("}X", 1, 0, 0, 0, "a", call, "K", 249, "K", 8, 0x85, "K", 1, 0x85, 0x89, "NtRs.");
    expect(() => stateDictIn(run(bytes), storages, 1000)).toThrow(
      /tensor "a" of "a.pth" is float32 of shape 8 at value 249/,
    );
  });
});

describe("damaged pickles", () => {
  it("give a value or one clear error, and call no name that is not on the list: 10,000 of them", async () => {
    const pickles: Uint8Array[] = [];
    for (const name of ["types.pth", "training.pth", "types-protocol-4.pth", "evil.pth", "module.pth"]) {
      const entries = await readZip(bytesSource(name, new Uint8Array(await readFile(golden("pytorch", name)))));
      pickles.push(await entries.find((entry) => entry.name.endsWith("/data.pkl"))!.read());
    }
    const accepted = new Set(acceptedNames("a.pth", 1).keys());
    const called = new Set<string>();
    const faults: string[] = [];
    let read = 0;
    for (let seed = 1; seed <= 10_000; seed++) {
      const random = createRandom(seed);
      const bytes = pickles[seed % pickles.length]!.slice();
      const times = 1 + Math.floor(random.uniform() * 3);
      for (let i = 0; i < times; i++)
        bytes[Math.floor(random.uniform() * bytes.length)] = Math.floor(random.uniform() * 256);
      try {
        stateDictIn(run(bytes, called), storages, 1000);
        read++;
      } catch (error) {
        if (!isLensError(error) || error.message.includes("\n")) faults.push(`seed ${seed}: ${String(error)}`);
      }
    }
    expect(faults).toEqual([]);
    expect([...called].filter((name) => !accepted.has(name))).toEqual([]);
    expect(called.size).toBeGreaterThan(5);
    expect(read).toBeGreaterThan(100);
  });
});
