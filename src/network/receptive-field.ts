/**
 * Receptive fields. A value at position `p` of a layer sees pixels `start + p · stride` to `start + p · stride + size − 1`
 * of the image. Windows widen a field and enlarge its stride; where branches meet the field is the union. Sizes here are
 * those of the model's own input; they are what the gradient can reach, before any clipping at the border.
 */
import { checkArgument, flagSchema, type Schema } from "../core/check.js";
import { anyNumber, objectOf, orNull } from "../core/schemas.js";
import type { Shape } from "../core/shape.js";
import type { ReceptiveField, Span } from "./ops/field.js";
import { semanticsOf } from "./ops/table.js";
import type { Op } from "./ops.js";

/**
 * `40×40 px, stride 4`.
 *
 * @public
 */
export function formatReceptiveField(field: ReceptiveField | null): string {
  checkArgument("field", orNull(fieldSchema), field);
  if (!field) return "unknown";
  if (field.whole) return "whole image";
  const { rows, columns } = field;
  const stride = rows.stride === columns.stride ? `${rows.stride}` : `${rows.stride}×${columns.stride}`;
  return `${rows.size}×${columns.size} px, stride ${stride}`;
}

const spanSchema = objectOf<Span>({ size: anyNumber, stride: anyNumber, start: anyNumber }, "a span");

/** A receptive field. */
export const fieldSchema: Schema<ReceptiveField> = objectOf<ReceptiveField>(
  { rows: spanSchema, columns: spanSchema, whole: flagSchema },
  "a receptive field",
);

/** Receptive field of every operation, by name; none for those past an unsupported layer. */
export function receptiveFields(ops: readonly Op[]): Map<string, ReceptiveField> {
  const fields = new Map<string, ReceptiveField>();
  const shapes = new Map<string, Shape>(ops.map((op) => [op.name, op.output]));
  for (const op of ops) {
    const inputs = op.inputs.map((name) => fields.get(name));
    if (!inputs.every((field) => field !== undefined)) continue;
    const reads = op.inputs.map((name) => shapes.get(name)!);
    const field = semanticsOf(op).field(op, inputs, reads);
    if (field) fields.set(op.name, field);
  }
  return fields;
}
