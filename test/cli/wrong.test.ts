/** Wrong command lines: each ends with exit 2 and one sentence, before anything is written. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeTiny } from "../built/tiny.js";
import { convlens } from "./run.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "convlens-wrong-"));
  writeTiny(folder);
  mkdirSync(join(folder, "empty"));
  writeFileSync(join(folder, "text.txt"), "no JSON");
  writeFileSync(join(folder, "labels.json"), '{"a": 1}');
  mkdirSync(join(folder, "begun"));
  writeFileSync(join(folder, "begun/see.json"), '{"settings":');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Words of a command line in which `M` is the model and `./` the folder of the test; and what has to be said. */
const wrong: readonly (readonly [line: string, sentence: RegExp])[] = [
  ["visualise M first:0", /unknown command 'visualise'/],
  ["layers", /missing required argument 'model'/],
  ["layers M second", /too many arguments/],
  ["layers ./nowhere/model.json", /there is no file "model\.json"/],
  ["layers ./text.txt", /is not JSON; give the model\.json/],
  ["layers file://host/model.json", /not a file:\/\/ address of this machine/],
  ["layers file:///a%2Fb", /not a file:\/\/ address of this machine/],
  ["layers ftp://host/model.json", /ftp/],
  ["layers M --up-to third", /third/],
  ["layers M --out x", /unknown option '--out'/],
  ["layers M --preprocessing rgb", /preprocessing is one of unit, tf, caffe, torch, bytes or/],
  ['layers M --preprocessing {"order":', /begins as JSON but is none/],
  ['layers M --preprocessing {"order":"gbr"}', /order "rgb" or "bgr"/],
  ['layers M --preprocessing {"mean":[1,2]}', /mean and std of 1 or 3 finite numbers/],
  ['layers M --preprocessing {"std":[0]}', /std not 0/],
  ['layers M --preprocessing {"scale":0}', /scale other than 0/],
  ['layers M --preprocessing {"means":[0]}', /order, scale, mean and std; got "means" too/],
  ["slice M second:9", /units 0 to 1; got 9/],
  ["slice M second:-1", /a unit is written "layer:channel"/],
  ["slice M second:1 second:1", /does not feed/],
  ["slice M second:1 --count 1e3", /A whole number from 1 to 1000000 is needed/],
  ["inputs M secnod:1", /no layer is called "secnod"; the nearest are/],
  ["inputs M second:1 --count -3", /whole number from 1/],
  ["inputs M second:1 --count 0x10", /whole number from 1/],
  ["inputs M second:1 --strength L2", /l2, l1, max, sum/],
  ["visualize M second:1 --size 7", /from 8 to 4096 is needed, or HEIGHTxWIDTH/],
  ["visualize M second:1 --size 1000000", /from 8 to 4096/],
  ["visualize M second:1 --size 24x", /or HEIGHTxWIDTH/],
  ["visualize M second:1 --size 8x8x8", /or HEIGHTxWIDTH/],
  ["visualize M second:1 --size auto", /give --view neuron, or pixels/],
  ["visualize M second:1 --steps 0", /whole number from 1/],
  ["visualize M second:1 --steps 99999999999", /whole number from 1 to 1000000/],
  ["visualize M second:1 --seed 1.5", /whole number from 0/],
  ["visualize M second:1 --batch 100000", /whole number from 1 to 256/],
  ["visualize M second:1 --workers 100000", /whole number from 1 to 256/],
  ["visualize M second:1 --plateau abc", /A share from 0 to 1 is needed/],
  ["visualize M second:1 --preset fast", /swift, lucid, draft, maco, classic/],
  ["visualize M second:1 --engine gpu", /an engine is one of/],
  ["visualize M second:1 --out ./text.txt", /cannot be written \(.*is a file/],
  ["visualize M second:1 --out ./LONG", /cannot be written \(a name in the path is too long/],
  ["visualize M second:1 second:0 --out ./begun", /see\.json" is not a list of pictures/],
  ["visualize M first second:2 --out ./new", /units 0 to 1; got 2/],
  ["lab M second", /a unit is written "layer:channel"/],
  ["lab M second:1 --photos ./nowhere", /a folder of photographs was expected at ".*nowhere": there is none/],
  ["lab M second:1 --photos ./empty", /there are no photographs in/],
  ["lab M second:1 --photos ./text.txt", /it is a file/],
  ["circuit M second:1 --photos ./nowhere --json", /a folder of photographs was expected/],
  ["circuit M second:1 --keep abc", /A share from 0 to 1 is needed/],
  ["circuit M second:1 --keep 1.5", /A share from 0 to 1 is needed/],
  ["circuit M second:1 --depth 1e9", /whole number from 1/],
  ["families M third", /no layer is called "third"/],
  ["families M first --by weights", /Allowed choices are tuning, incoming, outgoing, auto/],
  ["families M second --angles {", /angles are JSON such as/],
  ["families M second --angles ./none.json", /angles are JSON such as/],
  ['families M second --by incoming --angles {"first:0":"up"}', /angles\.first:0 is a number/],
  ["motifs M first third", /no layer is called "third"/],
  ["motifs M first second --group rotations", /a group is rotations:N/],
  ["motifs M first second --group rotations:99999999", /a group is rotations:N/],
  ["motifs M first second --draws 3", /whole number from 19/],
  ["motifs M first second --photos ./nowhere", /a folder of photographs was expected/],
  ["examples M second", /required option '--photos <folder>' not specified/],
  ["examples M second --photos ./empty", /there are no photographs/],
  ["examples M second --photos ./empty --shard 3/2", /i\/n with i from 1 to n/],
  ["tune M second:1 --stimulus spiral", /Allowed choices are/],
  ["tune M second:1 --count 1000000000", /whole number from 4 to 3600/],
  ["activations M ./nowhere.png second", /there is no file "nowhere\.png"/],
  ["activations M ./text.txt second", /"text\.txt" cannot be read/],
  ["activations M ./text.txt second --layer first", /give --cam too/],
  ["activations M ./text.txt second:1 --against second:0", /--against is about the map of --cam/],
  ["activations M ./text.txt second:1 --cam --at 1", /A place is ROW,COLUMN/],
  ["attribution M ./text.txt second:1 --at 1,2 --mask ./text.txt", /leave one out/],
  ["attribution M ./text.txt second:1 --path 3", /give --from too/],
  ["dictionary M second --photos ./nowhere", /a folder of photographs was expected/],
  ["dictionary M second --photos ./empty --count 2 --vectors ./text.txt", /leave it or --vectors out/],
  ["layers M --dictionary ./nowhere.json", /nowhere\.json" cannot be read/],
  ["doctor M --labels ./nowhere.json", /cannot be read/],
  ["doctor M --labels ./text.txt", /not JSON/],
  ["doctor M --labels ./labels.json", /not a list of names/],
  ["doctor M --photos ./nowhere", /a folder of photographs was expected/],
];

function wordsOf(line: string): string[] {
  const long = "n".repeat(300);
  return line.split(" ").map((word) => {
    if (word === "M") return join(folder, "model.json");
    return word.startsWith("./") ? join(folder, word.slice(2).replace("LONG", long)) : word;
  });
}

const listing = (): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

/** The folders that commands write when none is named, with the times of their files; the demo leaves one. */
const defaults = (): string[] =>
  ["lab", "circuit", "motifs", "visualize"]
    .filter((name) => existsSync(name))
    .flatMap((name) => [
      name,
      ...readdirSync(name, { recursive: true }).map((file) => `${file} ${statSync(join(name, String(file))).mtimeMs}`),
    ]);

describe("a wrong command line", () => {
  it.each(wrong)("%s", async (line, sentence) => {
    const [before, defaultsBefore] = [listing(), defaults()];
    const { code, stdout, stderr } = await convlens(...wordsOf(line));
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .filter((words) => !words.startsWith("(")),
    ).toHaveLength(1);
    expect(stderr).not.toMatch(/unexpected|\n {4}at /);
    expect(stdout).toBe("");
    expect(listing()).toEqual(before);
    expect(defaults()).toEqual(defaultsBefore);
  });

  it("leaves a damaged see.json as it is", () => {
    expect(readFileSync(join(folder, "begun/see.json"), "utf8")).toBe('{"settings":');
  });

  it.each([
    [["layers", "\u001b[31mred\u202e.json"]],
    [["layers", "x", "--\u001b[2J"]],
    [["tune", "x", "a:0", "--stimulus", "\u009b31m"]],
  ])("with control characters is quoted without them: %j", async (words) => {
    const { code, stderr } = await convlens(...words);
    expect(code).toBe(2);
    expect(stderr.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
