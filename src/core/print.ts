/** Numbers as text, in columns that line up. */
import { checkArgument, checkNumbers, listOf, textSchema, wholeSchema } from "./check.js";
import type { Kernel } from "./kernel.js";
import { kernelSchema } from "./schemas.js";
import { oneLine, shortName } from "./text.js";
import { formatUnit } from "./unit.js";

const columnsSchema = wholeSchema(1);
const decimalsSchema = wholeSchema(0, 100);
const cellsSchema = listOf(textSchema, "a list of texts");
const rowsSchema = listOf(cellsSchema, "a list of rows of texts");

/**
 * A matrix of numbers, right-aligned with a fixed number of decimals.
 *
 * @public
 */
export function formatMatrix(data: ArrayLike<number>, columns: number, decimals = 4): string {
  checkNumbers("data", data);
  checkArgument("columns", columnsSchema, columns);
  checkArgument("decimals", decimalsSchema, decimals);
  const cells = Array.from({ length: data.length }, (_, i) => data[i]!.toFixed(decimals));
  const width = Math.max(...cells.map((cell) => cell.length));
  const rows: string[] = [];
  for (let at = 0; at < cells.length; at += columns) {
    rows.push(
      cells
        .slice(at, at + columns)
        .map((cell) => cell.padStart(width))
        .join("  "),
    );
  }
  return rows.join("\n");
}

/**
 * A kernel as text: who reads whom, then its numbers, row 0 on top.
 *
 * @public
 */
export function print(kernel: Kernel, decimals = 4): string {
  checkArgument("kernel", kernelSchema, kernel);
  checkArgument("decimals", decimalsSchema, decimals);
  const [to, from] = [kernel.to, kernel.from].map((unit) => oneLine(formatUnit(unit)));
  const title = `${to} reads ${from} (${kernel.height}×${kernel.width})`;
  return `${title}\n${formatMatrix(kernel.data, kernel.width, decimals)}`;
}

/** Characters of a cell, at most. */
const widestCell = 120;

/**
 * Rows of text cells as a table with a header, numbers to the right. Characters that a terminal would obey are written as `\u{1b}`; cells
 * of more than 120 characters are cut in the middle.
 *
 * @public
 */
export function formatTable(header: readonly string[], given: readonly (readonly string[])[]): string {
  checkArgument("header", cellsSchema, header);
  checkArgument("rows", rowsSchema, given);
  const rows = given.map((cells) => cells.map((cell) => shortName(oneLine(cell), widestCell)));
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const numeric = header.map((_, i) => rows.length > 0 && rows.every((row) => /^[-+\d.,×% ]*$/.test(row[i] ?? "")));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((w) => "─".repeat(w))), ...rows.map(line)].join("\n");
}
