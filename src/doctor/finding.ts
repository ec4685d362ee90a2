/** What the doctor finds: plain data, each finding a sentence for people with the place it is about. */
import type { Preprocessing } from "../network/preprocessing.js";
import type { NetworkResult } from "../network/result.js";

/**
 * What a finding is about.
 *
 * @public
 */
export type FindingKind =
  | "preprocessing"
  | "label-offset"
  | "value-range"
  | "not-finite"
  | "constant-weights"
  | "duplicated-units"
  | "dead-units"
  | "training-mode"
  | "unsupported"
  | "quantised"
  | "loader";

/**
 * One thing the doctor found.
 *
 * @public
 */
export interface Finding {
  /** What kind of fault. */
  readonly kind: FindingKind;
  /** `"error"`: results are wrong; `"warning"`: they may be; `"note"`: good to know. */
  readonly severity: "error" | "warning" | "note";
  /** The layer it is about; `null` for the whole network. */
  readonly layer: string | null;
  /** The units of that layer it is about; empty for the whole layer. */
  readonly units: readonly number[];
  /** What was found and what to do, in a sentence. */
  readonly message: string;
}

/**
 * What speaks for and against one preprocessing. Values that could not be measured are `null`.
 *
 * @public
 */
export interface PreprocessingEvidence {
  /** A preset's name, or what a custom one is called here. */
  readonly name: string;
  /** The preprocessing. */
  readonly preprocessing: Preprocessing;
  /** All evidence against it together, in nats: 0 is the best, and 1 more is about e times less likely. */
  readonly suspicion: number;
  /** Share of the labelled photographs whose class the network names. */
  readonly accuracy: number | null;
  /** Mean surprise at the right class of labelled photographs, in nats. */
  readonly crossEntropy: number | null;
  /** How far the inputs of the first batch norms are from the statistics these hold, per channel; 0 is a perfect fit. */
  readonly misfit: number | null;
  /** Share of units of the first convolutions that are always silent or never. */
  readonly stuck: number | null;
  /** How much the predictions tell the photographs apart, in nats. */
  readonly variety: number | null;
  /** Whether the order of its channels is not the one that the weights of the first layer suggest. */
  readonly againstOrder: boolean;
}

/**
 * Which preprocessing the network was made for.
 *
 * @public
 */
export interface PreprocessingVerdict {
  /** The likeliest. */
  readonly best: PreprocessingEvidence;
  /** Whether it stands out from those that differ from it. */
  readonly sure: boolean;
  /** All that were tried, the likeliest first. */
  readonly tried: readonly PreprocessingEvidence[];
}

/**
 * How the network's outputs belong to the labels.
 *
 * @public
 */
export interface LabelVerdict {
  /** Label `i` is output `i + offset`. */
  readonly offset: number;
  /** Photographs whose label is known. */
  readonly photos: number;
  /** Share of them whose class the network names, at this offset. */
  readonly accuracy: number;
  /** The same at an offset of 0. */
  readonly accuracyAtZero: number;
}

/**
 * The doctor's report.
 *
 * @public
 */
export interface Diagnosis extends NetworkResult<"diagnosis", { readonly count: number }> {
  /** Photographs looked at. */
  readonly photos: number;
  /** `null` without photographs. */
  readonly preprocessing: PreprocessingVerdict | null;
  /** `null` without photographs whose labels are known. */
  readonly labels: LabelVerdict | null;
  /** What was found, the gravest first. */
  readonly findings: readonly Finding[];
}

/** A finding; severity and place have their usual values. */
export function finding(
  kind: FindingKind,
  message: string,
  { severity = "warning", layer = null, units = [] }: Partial<Omit<Finding, "kind" | "message">> = {},
): Finding {
  return { kind, severity, layer, units, message };
}

/** `3, 17 and 40`: a few units, for messages; their number where they are many. */
export function listUnits(units: readonly number[], most = 8): string {
  const shown = units.slice(0, most).join(", ");
  return units.length > most ? `${shown} and ${units.length - most} more` : shown;
}
