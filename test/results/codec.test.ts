/** Every result of the library as text and back, in a console, and what is refused. */
import { existsSync, readFileSync } from "node:fs";
import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { grow } from "../../src/circuit/grow.js";
import { union } from "../../src/circuit/prune.js";
import { fingerprint } from "../../src/network/fingerprint.js";
import { parse, parseAll, stringify } from "../../src/results/codec.js";
import { type AnyResult, type Results, resultSchemas } from "../../src/results/kinds.js";
import { conv, network } from "../network/ops.js";
import { kinds, net, samples } from "./samples.js";

let all: Results;
beforeAll(async () => {
  all = await samples();
}, 60_000);

describe("a result", () => {
  it("of every kind comes back from its text as it was", () => {
    expect(kinds(all).sort()).toEqual(Object.keys(resultSchemas).sort());
    for (const kind of kinds(all)) {
      const text = stringify(all[kind]);
      expect(parse(kind, text), kind).toEqual(all[kind]);
      expect(stringify(parse(text)), kind).toBe(text);
    }
  });

  it("says which model, library and settings made it, and which engine where one did", () => {
    for (const kind of kinds(all)) {
      const { model, library, settings, engine } = all[kind] as AnyResult;
      expect({ kind, library, settings }).toEqual({ kind, library: "0.1.0", settings: expect.any(Object) });
      if (kind === "families" || kind === "motifs") expect(model).toBe(null);
      else expect(model).toMatchObject({ name: net.name, fingerprint: fingerprint(net), stated: true });
      const ran = !["circuit", "family-graph", "factors", "families", "motifs"].includes(kind);
      expect(engine, kind).toEqual(ran ? { name: "cpu", arithmetic: null } : undefined);
    }
  });

  it("is short in a console", () => {
    for (const kind of kinds(all)) {
      const words = inspect(all[kind]);
      expect(words, kind).toMatch(new RegExp(`^${kind} result \\{`));
      expect(words.split("\n").length, kind).toBeLessThan(kind === "lab" ? 300 : 160);
      expect(words, kind).not.toMatch(/^ *'?\d+'?: /m);
    }
  });

  it("is written by JSON.stringify as by stringify, also as a part of something", () => {
    for (const kind of kinds(all)) expect(parse(JSON.stringify(all[kind])), kind).toEqual(all[kind]);
    expect(parseAll(JSON.stringify([all.picture, all.circuit]))).toEqual([all.picture, all.circuit]);
    expect(JSON.stringify({ kept: all.picture }).length).toBeLessThan(5000);
  });

  it("keeps its form when it is made of others, and in a list", () => {
    const joined = union(all.circuit, grow(net, "b:0"));
    expect(parse("circuit", JSON.stringify(joined))).toEqual(joined);
    expect(parseAll(stringify([all.circuit, all.picture]))).toEqual([all.circuit, all.picture]);
    expect(parseAll(stringify(all.circuit))).toEqual([all.circuit]);
  });
});

/** A circuit as JSON, to be damaged. */
interface Damaged {
  readonly edges: { share: unknown; readonly kernel: { width: number } }[];
  nodes?: unknown;
}

describe("what is refused", () => {
  const file = (text: string | RegExp) =>
    expect.objectContaining({ code: "file", message: expect.stringMatching(text) });
  it("is text that holds no result, another kind, or a result of another model", () => {
    const text = stringify(all.circuit);
    expect(() => parse("{")).toThrow(file(/holds no result of convlens, or was cut short/));
    expect(() => parse(text.slice(0, 500))).toThrow(file(/cut short/));
    expect(() => parse("[]")).toThrow(file(/holds a list; parseAll/));
    expect(() => parse("3")).toThrow(file(/this text holds 3/));
    expect(() => parse("lab", text)).toThrow(file(/holds a circuit result; a lab result was expected/));
    const other = network([12, 12, 3], [conv("b", "image", [3, 3, 3, 4])]);
    expect(() => parse("circuit", text, other)).toThrow(
      file(/is of the model "by hand" .*; the model given is "by hand"/),
    );
    expect(parse("circuit", text, net)).toEqual(all.circuit);
  });

  it("is a file of an earlier version, in one sentence that says what to do", () => {
    const again = file(/is no result of this version of convlens: make it again with this version$/);
    expect(() => parse('{"format":"convlens.lab","version":1}')).toThrow(again);
    expect(() => parse("lab", '{"format":"convlens circuit","version":1}')).toThrow(again);
    expect(() => parse(JSON.stringify({ image: {}, settings: {} }))).toThrow(again);
    const text = stringify(all.circuit);
    expect(() => parse(text.replace('"version": 1', '"version": 7'))).toThrow(file(/of version 7.*make it again/));
    expect(() => parse('{"kind":"spectrum","version":1}')).toThrow(
      file(/the kind "spectrum", which this version does not/),
    );
  });

  it("is a kernel without columns, which would be drawn for ever", () => {
    const sheet = JSON.parse(stringify(all.lab)) as { inputs: { kernel: { width: number } }[] };
    sheet.inputs[0]!.kernel.width = 0;
    expect(() => parse("lab", JSON.stringify(sheet))).toThrow(
      file(/inputs\[0\]\.kernel\.width is a whole number from 1/),
    );
  });

  const saved = "../shared/cases/reliability/saved-lab.json";
  it.skipIf(!existsSync(saved))("is the lab sheet that an earlier version saved", () => {
    expect(() => parse("lab", readFileSync(saved, "utf8"))).toThrow(
      file(/"convlens\.lab".*make it again with this version$/),
    );
  });

  it("names the place of what does not fit", () => {
    const damaged = (change: (circuit: Damaged) => void): string => {
      const data = JSON.parse(stringify(all.circuit)) as Damaged;
      change(data);
      return JSON.stringify(data);
    };
    expect(() => parse(damaged((c) => (c.edges[1]!.share = "much")))).toThrow(
      file(/result\.edges\[1\]\.share is a number from 0 to 1.*; got "much"/),
    );
    expect(() => parse(damaged((c) => (c.edges[0]!.kernel.width = 0)))).toThrow(
      file(/result\.edges\[0\]\.kernel\.width is a whole number from 1 to 1048576; got 0/),
    );
    expect(() => parse(damaged((c) => Object.assign(c, { rots: 1 })))).toThrow(
      file(/unknown field "rots" in result; did you mean "roots"\?/),
    );
    expect(() => parse(damaged((c) => delete c.nodes))).toThrow(file(/result\.nodes is a list of nodes; got nothing/));
  });

  it("is what JSON cannot hold, when it is written", () => {
    const broken = { ...all.picture, value: Number.NaN };
    expect(() => stringify(broken)).toThrow(/result\.value is a number.*got NaN/);
    expect(() => stringify({ kind: "picture?" } as never)).toThrow(/result is a result, such as/);
    expect(() => stringify(null as never)).toThrow(/result is a result, such as.*got null/);
    expect(() => parse("circiut" as never, "{}")).toThrow(
      /no kind of result called "circiut"; the nearest is "circuit"/,
    );
  });
});
