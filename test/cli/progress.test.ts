/** Progress in a pipe. */
import { expect, it } from "vitest";
import { progressReporter } from "../../src/cli/progress.js";

/** What is said of some progress. */
function said(all: readonly (readonly [task: string, done: number])[]): string[] {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (text: string) => lines.push(text) } as unknown as NodeJS.WriteStream;
  const { onProgress } = progressReporter(stream);
  for (const [task, done] of all) onProgress({ task, done, total: 6 });
  return lines.map((line) => line.replace(/ +\d+ s/, "").trim());
}

it("is a line per task and one at the end, from 0 to 100 percent, also where steps are fractions", () => {
  expect(
    said([
      ["a", 0.04],
      ["a", 1],
      ["b", 3],
      ["b", 5],
      ["b", 6],
    ]),
  ).toEqual(["0 %  a", "50 %  b", "100 %  b"]);
});

it("says a task once when several take turns, and stays within its range", () => {
  expect(
    said([
      ["a", -1],
      ["b", 1],
      ["a", 2],
      ["b", 3],
      ["a", 7],
    ]),
  ).toEqual(["0 %  a", "16 %  b", "100 %  a"]);
});
