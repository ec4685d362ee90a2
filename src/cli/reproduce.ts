/** `convlens reproduce MODEL`: the claims of the Circuits articles, tested on a network. */
import type { Command } from "commander";
import { figure, formatTable, type Reproduction, reproduce, stringify, type TestedClaim, toHTML } from "../index.js";
import { command, type Files } from "./command.js";
import { engine } from "./shared-options.js";

/** The command. */
export const reproduceCommand: () => Command = command(
  "reproduce",
  {
    description: "the claims of the Circuits articles, each tested on this network with a number and a figure",
    arguments: {},
    options: { engine },
    out: () => "reproduce",
  },
  async ({ net, engine: engineOf, signal, onProgress }) => {
    const found = await reproduce(net, { engine: await engineOf(), signal, onProgress });
    const saved = stringify(found);
    return { json: saved, lines: linesOf(found), files: () => filesOf(found, saved) };
  },
);

function linesOf({ claims }: Reproduction): string[] {
  const rows = claims.map((claim) => [claim.id, verdictOf(claim), numberOf(claim.value), `≥ ${claim.atLeast}`]);
  const reasons = claims.flatMap(({ id, reason }) => (reason === null ? [] : [`${id}: ${reason}`]));
  return [...formatTable(["claim", "verdict", "number", "needed"], rows).split("\n"), ...reasons];
}

function verdictOf({ holds }: TestedClaim): string {
  return holds === null ? "not asked" : holds ? "holds" : "does not hold";
}

function numberOf(value: number | null): string {
  return value === null ? "" : String(Number(value.toPrecision(3)));
}

function filesOf(found: Reproduction, saved: string): Files {
  const figures = found.claims.map((claim) => ({ name: claim.id, drawn: figure.claim(claim) }));
  const table = {
    caption: `Claims of the Circuits articles on ${found.model.name}`,
    header: ["claim", "article", "verdict", "measure", "number", "needed"],
    rows: found.claims.map((claim) => [
      claim.claim,
      claim.article,
      verdictOf(claim),
      claim.measure,
      claim.reason ?? numberOf(claim.value),
      `≥ ${claim.atLeast}`,
    ]),
  };
  return {
    "reproduction.json": saved,
    "index.html": toHTML(
      figures.map(({ drawn }) => drawn),
      { tables: [table] },
    ),
    ...Object.fromEntries(figures.map(({ name, drawn }) => [name, drawn])),
  };
}
