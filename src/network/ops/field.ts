/** Receptive fields: the part of the image that one value sees, and their union. */

/**
 * Along one axis, value `p` sees pixels `start + p · stride` to `start + p · stride + size − 1`.
 *
 * @public
 */
export interface Span {
  /** Pixels seen. */
  readonly size: number;
  /** Pixels between neighbouring values. */
  readonly stride: number;
  /** First pixel seen by value 0; negative in the padding. */
  readonly start: number;
}

/**
 * The part of the image one value of a layer sees. `whole` when it sees every pixel whatever the size (after a global
 * pooling or a dense layer).
 *
 * @public
 */
export interface ReceptiveField {
  /** Rows. */
  readonly rows: Span;
  /** Columns. */
  readonly columns: Span;
  /** Whether every value sees the whole image. */
  readonly whole: boolean;
}

/** The smallest field that holds all of some fields; `null` where there is none. */
export function unionOfFields(fields: readonly ReceptiveField[]): ReceptiveField | null {
  if (fields.length === 0) return null;
  return fields.reduce((a, b) => ({
    rows: union(a.rows, b.rows),
    columns: union(a.columns, b.columns),
    whole: a.whole || b.whole,
  }));
}

function union(a: Span, b: Span): Span {
  const start = Math.min(a.start, b.start);
  const end = Math.max(a.start + a.size, b.start + b.size);
  return { size: end - start, stride: Math.max(a.stride, b.stride), start };
}
