/** `docs/cli.md` against the commands: every option stands in its table, beside all commands that take it. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, it } from "vitest";
import { commands as makers } from "../../src/cli/commands.js";

const commands = makers.map((make) => make());
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
