/** The doctor's report as text. */

import { checkArgument } from "../core/check.js";
import { formatTable } from "../core/print.js";
import { oneLine } from "../core/text.js";
import { describePreprocessing } from "../network/preprocessing.js";
import type { Diagnosis, Finding, PreprocessingVerdict } from "./finding.js";
import { diagnosisSchema } from "./schemas.js";

/** Of findings of one kind, how many notes are shown. */
const notesShown = 3;

/**
 * A diagnosis as text: what was found, the gravest first, then the evidence on the preprocessing.
 *
 * @public
 */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  checkArgument("diagnosis", diagnosisSchema, diagnosis);
  const { model, photos, engine, findings, preprocessing, labels } = diagnosis;
  const shown =
    photos === 0 ? "the weights alone; give photographs to know more" : `${photos} photographs, on ${engine?.name}`;
  const lines = findings.length === 0 ? ["nothing was found"] : findingLines(findings);
  const verdict = preprocessing ? ["", ...evidenceLines(preprocessing)] : [];
  const named = labels
    ? [
        "",
        `labels: ${share(labels.accuracy)} of ${labels.photos} photographs are named right, with label i at output i + ${labels.offset}`,
      ]
    : [];
  const all = [`${model.name} (${model.fingerprint}), ${shown}`, "", ...lines, ...verdict.flatMap(linesOf), ...named];
  return all.map(oneLine).join("\n");
}

function findingLines(findings: readonly Finding[]): string[] {
  const counts = new Map<string, number>();
  const lines = findings.flatMap(({ kind, severity, message }) => {
    const before = counts.get(kind) ?? 0;
    counts.set(kind, before + 1);
    if (severity === "note" && before >= notesShown) return [];
    return [`${severity.padEnd(7)}  ${kind}: ${message}`];
  });
  const left = findings.length - lines.length;
  return left > 0 ? [...lines, `note     and ${left} more notes of the same kinds`] : lines;
}

function evidenceLines({ tried, sure, best }: PreprocessingVerdict): string[] {
  const number = (value: number | null): string => (value === null ? "" : value >= 1e4 ? "> 10,000" : value.toFixed(2));
  const percent = (value: number | null): string => (value === null ? "" : share(value));
  const rows = tried
    .slice(0, 6)
    .map((one) => [
      one.name,
      number(one.suspicion),
      percent(one.accuracy),
      number(one.crossEntropy),
      number(one.misfit),
      percent(one.stuck),
      number(one.variety),
      one.againstOrder ? "other order" : "",
    ]);
  const header = [
    "preprocessing",
    "suspicion",
    "named right",
    "surprise",
    "misfit",
    "stuck units",
    "variety",
    "weights",
  ];
  const kept = header.map((_, i) => rows.some((row) => row[i] !== ""));
  const only = (cells: readonly string[]): string[] => cells.filter((_, i) => kept[i]);
  const verdict = sure ? "fits best" : "fits best, but not by much";
  const { order, scale, mean, std } = best.preprocessing;
  return [
    formatTable(only(header), rows.map(only)),
    `"${best.name}", ${describePreprocessing(best.preprocessing)}, ${verdict}; in numbers: ${JSON.stringify({ order, scale, mean, std })}`,
  ];
}

/** A table is several lines; a name in it has no line end any more. */
const linesOf = (text: string): string[] => text.split("\n");

function share(value: number): string {
  return `${Math.round(100 * value)} %`;
}
