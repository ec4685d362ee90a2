/** Zip archives that are made to fill the memory or to take for ever: refused soon, by what they say or by what they unpack to. */
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { bytesSource } from "../../src/load/tensors.js";
import { readZip } from "../../src/load/zip.js";
import { errorOf } from "./hostile.js";

const word = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Bytes that cannot be packed. */
const noise = (length: number): Uint8Array => {
  const random = createRandom(length);
  return Uint8Array.from({ length }, () => Math.floor(random.uniform() * 256));
};

/** The records of an archive's directory. */
function directoryOf(bytes: Uint8Array): DataView[] {
  const end = new DataView(bytes.buffer, bytes.length - 22);
  let at = end.getUint32(16, true);
  return Array.from({ length: end.getUint16(10, true) }, () => {
    const record = new DataView(bytes.buffer, at);
    at += 46 + record.getUint16(28, true) + record.getUint16(30, true);
    return record;
  });
}

describe("an archive that is made to do harm", () => {
  it("says that a few bytes unpack to gigabytes", async () => {
    const bytes = zipSync({ "a.npy": new Uint8Array(1000) }, { level: 9 });
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 0xfffffff0, true);
    expect(await errorOf("bomb.npz", bytes)).toMatch(/"a.npy" in it says it has 4294967280 bytes packed in/);
  });

  it("unpacks to more than it says, of which no more than it says is kept", async () => {
    const bytes = zipSync({ "a.npy": new Uint8Array(5_000_000) }, { level: 9 });
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 100, true);
    expect(await errorOf("bomb.npz", bytes)).toMatch(/"a.npy" in it cannot be unpacked to its 100 bytes/);
  });

  it("says that it has more entries than it has", async () => {
    const bytes = zipSync({ "a.npy": new Uint8Array(10) });
    new DataView(bytes.buffer).setUint16(bytes.length - 12, 65_535, true);
    expect(await errorOf("bomb.npz", bytes)).toMatch(/its directory breaks off after 1 of 65535 entries/);
  });

  it("has many entries that are one and the same bomb", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `a${i}.npy`);
    const bytes = zipSync(
      Object.fromEntries(names.map((name, i) => [name, i === 0 ? new Uint8Array(4e6) : word("x")])),
    );
    const records = directoryOf(bytes);
    for (const record of records) {
      for (const field of [20, 24, 42]) record.setUint32(field, records[0]!.getUint32(field, true), true);
      record.setUint16(10, 8, true);
    }
    expect(await errorOf("bomb.npz", bytes)).toMatch(/"a0.npy" and "a1.npy" in it lie in the same place/);
  });

  it("unpacks to far more than weights can be packed to, entry by entry", async () => {
    const bytes = zipSync({ "a.npy": noise(30_000), "b.npy": noise(30_001), "c.npy": noise(30_002) });
    for (const record of directoryOf(bytes)) record.setUint32(24, 30_000_000, true);
    expect(await errorOf("bomb.npz", bytes)).toMatch(
      new RegExp(`its ${bytes.length} bytes would unpack to 90000000; no more than 67108864 are believed`),
    );
  });

  it("describes a Keras model at a length that no description has", async () => {
    const bytes = zipSync({ "config.json": noise(34_000), "metadata.json": word("{}"), "model.weights.h5": word("x") });
    directoryOf(bytes)[0]!.setUint32(24, 34_000_000, true);
    expect(await errorOf("bomb.keras", bytes)).toMatch(/config.json of "bomb.keras" has 34000000 bytes, far more/);
  });
});

describe("the beginning of an entry", () => {
  it("is unpacked alone: what comes later may be damaged", async () => {
    const numbers = noise(100_000).map((byte) => byte & 31);
    const bytes = zipSync({ a: numbers });
    bytes.fill(255, bytes.length - 10_000, bytes.length - 200);
    const [entry] = await readZip(bytesSource("a.zip", bytes));
    expect([...(await entry!.read(10, 20))]).toEqual([...numbers.subarray(10, 20)]);
    await expect(entry!.read()).rejects.toThrow('"a" in it cannot be unpacked to its 100000 bytes');
  });
});
