import { spawn } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examples } from "../../src/dataset/examples.js";
import { mergeExamples } from "../../src/dataset/merge-examples.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { open } from "../../src/node/open.js";
import { photos } from "../../src/node/photos.js";
import { parse, stringify } from "../../src/results/codec.js";
import { hasShared, shared } from "../load/shared.js";

const model = shared("models", "tinyvgg");
let place = "";

describe.skipIf(!hasShared)("a pass over photographs", () => {
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "convlens-killed-"));
    const categories = (await readdir(shared("photos", "caltech101"))).slice(0, 5);
    for (const name of categories) await symlink(shared("photos", "caltech101", name), join(place, name));
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  /** Runs the pass over a shard; kills it `after` so many milliseconds from its first part on. Says whether it ended. */
  async function pass(shard: number, part: string, after?: number): Promise<boolean> {
    const script = fileURLToPath(new URL("killed-pass.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", script, model, place, String(shard), part]);
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (after !== undefined) {
      while (
        child.exitCode === null &&
        !(await access(part).then(
          () => true,
          () => false,
        ))
      )
        await wait(5);
      await wait(after);
      child.kill("SIGKILL");
    }
    await ended;
    return said === "done";
  }

  it("killed at a random moment, gone on with and joined with another shard is one pass, bit for bit", {
    timeout: 60_000,
  }, async () => {
    const [killed, whole] = [join(place, "0.json"), join(place, "1.json")];
    const after = Math.floor(Math.random() * 1500);
    const [first] = await Promise.all([pass(0, killed, after), pass(1, whole)]);
    const seen = parse("examples", await readFile(killed, "utf8")).seen.length;
    console.info(`killed ${after} ms after its first part, when ${seen} of 25 photographs were kept`);
    if (!first) expect(seen % 4 === 0 || seen === 25).toBe(true);
    expect(await pass(0, killed)).toBe(true);
    const parts = await Promise.all(
      [whole, killed].map(async (path) => parse("examples", await readFile(path, "utf8"))),
    );
    const once = await examples(await open(model), ["conv_1_2", "conv_2_1:3"], photos(place), {
      ...{ count: 4, bottom: 2, random: 5, preActivation: true, engine: cpuEngine() },
    });
    expect(once.seen).toHaveLength(50);
    expect(stringify(mergeExamples(parts))).toBe(stringify(once));
  });
});

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
