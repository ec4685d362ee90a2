/** `docs/cli.md` against the commands: every option stands in its table, beside all commands that take it. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, it } from "vitest";
import { activationsCommand } from "../../src/cli/activations.js";
import { circuitCommand } from "../../src/cli/circuit.js";
import { doctorCommand } from "../../src/cli/doctor.js";
import { examplesCommand } from "../../src/cli/examples.js";
import { inputsCommand } from "../../src/cli/inputs.js";
import { labCommand } from "../../src/cli/lab.js";
import { layersCommand } from "../../src/cli/layers.js";
import { motifsCommand } from "../../src/cli/motifs.js";
import { seeCommand } from "../../src/cli/see.js";
import { sliceCommand } from "../../src/cli/slice.js";
import { tuneCommand } from "../../src/cli/tune.js";

const commands = [
  layersCommand,
  sliceCommand,
  inputsCommand,
  seeCommand,
  labCommand,
  circuitCommand,
  motifsCommand,
  examplesCommand,
  tuneCommand,
  activationsCommand,
  doctorCommand,
].map((make) => make());
const all = commands.map((command) => command.name());

/** Options of the table, each with the commands that its rows name. */
function documented(): Record<string, string[]> {
  const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
  const found: Record<string, string[]> = {};
  for (const [, options, of] of page.matchAll(/^\| (`--[^|]+) \| ([^|]+) \|/gm)) {
    const names = of === "all" ? all : of!.split(", ");
    for (const option of options!.match(/--[a-z-]+/g)!) found[option] = [...(found[option] ?? []), ...names];
  }
  return found;
}

function taken(): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const add = (option: string, command: Command): void => {
    found[option] = [...(found[option] ?? []), command.name()];
  };
  for (const command of commands) for (const option of command.options) add(option.long!, command);
  return found;
}

const sorted = (table: Record<string, string[]>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(table).map(([option, names]) => [option, [...names].sort()]));

it("the table of options is that of the commands", () => {
  expect(sorted(documented())).toEqual(sorted(taken()));
});
