/** Commands that are killed, or whose output goes nowhere: the next run completes the same files, and nothing else is left. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Random } from "../../src/core/random.js";
import { createImage, encodePNG } from "../../src/index.js";
import { writeTiny } from "../built/tiny.js";
import type { Case } from "./suite.js";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Why commands cannot be run. */
export function whyNoCommands(): string | undefined {
  if (process.platform === "win32") return "signals of Unix are needed";
  return existsSync(main) ? undefined : "there is no dist; run npm run build first";
}

const work = mkdtempSync(join(tmpdir(), "convlens-attack-"));
process.once("exit", () => rmSync(work, { recursive: true, force: true }));
const model = (() => {
  const path = writeTiny(join(work, "model"));
  for (let i = 0; i < 6; i++) {
    const data = Float32Array.from({ length: 32 * 32 * 3 }, (_, k) => ((k * (i + 3)) % 251) / 255);
    writeFileSync(join(work, "model", `${i}.png`), encodePNG(createImage(32, 32, 3, data)));
  }
  return path;
})();
const photos = join(work, "model");
const draft = ["--engine", "cpu", "--steps", "3", "--size", "16"];

/** Commands that write a folder. */
const commands: readonly (readonly string[])[] = [
  ["visualize", model, "first", "--preset", "draft", ...draft],
  ["examples", model, "first", "--photos", photos, "--engine", "cpu"],
  ["lab", model, "second:0", "--preset", "draft", ...draft],
  ["circuit", model, "second:0"],
  ["motifs", model, "first", "second"],
];

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs a command, and kills it after some milliseconds. */
function run(words: readonly string[], after?: number, stdout: number | "pipe" | "ignore" = "ignore"): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...words], { stdio: ["ignore", stdout, "pipe"] });
    let stderr = "";
    child.stderr!.on("data", (text) => {
      stderr += text;
    });
    // A reader that goes at once.
    child.stdout?.destroy();
    const timer = after === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), after);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stderr });
    });
  });
}

/** Names of files with what is in them, but for the seconds a run took. */
function contents(folder: string): string {
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  return names
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => {
      const text = readFileSync(join(folder, name))
        .toString("latin1")
        .replace(/"seconds": [\d.e+-]+/g, "");
      return `${name} ${createHash("sha256").update(text).digest("hex")}`;
    })
    .join("\n");
}

const whole: { text: string; milliseconds: number }[] = [];

/** A command of each kind in turn, killed once to three times, then run to its end. */
export async function tryKill(random: Random, number: number): Promise<Case> {
  const which = number % commands.length;
  const place = join(work, `kill-${number}`);
  const words = [...commands[which]!, "--out", join(place, "out")];
  if (!whole[which]) {
    const start = performance.now();
    const { code, stderr } = await run(words);
    if (code !== 0) return { outcome: "failed", fault: `${words[0]} ended with ${code}: ${stderr.slice(-300)}` };
    whole[which] = { text: contents(place), milliseconds: performance.now() - start };
    rmSync(place, { recursive: true });
  }
  const { text, milliseconds } = whole[which];
  const kills = 1 + random.int(3);
  for (let i = 0; i < kills; i++) await run(words, random.uniform() * milliseconds);
  const { code, stderr } = await run(words);
  const found = existsSync(place) ? contents(place) : "";
  rmSync(place, { recursive: true, force: true });
  if (code !== 0) return { outcome: "failed", fault: `${words[0]} ended with ${code}: ${stderr.slice(-300)}` };
  if (found === text) return { outcome: "identical", fault: null };
  const lines = new Set(text.split("\n"));
  const other = found.split("\n").filter((line) => !lines.has(line));
  return { outcome: "other files", fault: `${words[0]}: ${other.join(", ").slice(0, 300) || "some are missing"}` };
}

/** A command of each kind in turn whose output is closed at once or full. */
export async function tryPipe(_: Random, number: number): Promise<Case> {
  const isFull = number % 2 === 1 && existsSync("/dev/full");
  const place = join(work, `pipe-${number}`);
  const words = [...commands[Math.floor(number / 2) % commands.length]!, "--out", place];
  const { code, stderr } = await run(words, undefined, isFull ? openSync("/dev/full", "w") : "pipe");
  rmSync(place, { recursive: true, force: true });
  const isGood = (code === 2 || code === 141) && !/\n\s+at /.test(stderr);
  return { outcome: `exit ${code}`, fault: isGood ? null : `${words[0]}: ${stderr.slice(-300)}` };
}
