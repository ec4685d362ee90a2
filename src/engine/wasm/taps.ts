/**
 * Where the taps of a sliding window lie, forward and backward. Forward, position (y, x) sees row `y·stride + r·dilation − top`
 * under tap r. Backward, pixel Y of the input hears from those taps whose
 *
 *     (Y + top − r·dilation) / stride
 *
 * is whole; for `Y = stride·y + phase` the taps that divide are the same for all y, and the row heard from is y plus a
 * constant. So the adjoint at stride s is s × s windows of stride one, each writing every s-th pixel.
 */
import type { PlacedStep } from "../layout.js";
import type { FeatureMap } from "./feature-map.js";

/** A set of positions and the taps they see. */
export interface Window {
  /** Positions along each axis. */
  readonly rows: number;
  readonly columns: number;
  /** Pixels read from one position to the next. */
  readonly stepY: number;
  readonly stepX: number;
  /** Number of each tap within the kernel. */
  readonly taps: readonly number[];
  /** Row and column of each tap from the position, in turn. */
  readonly offsets: Int32Array;
  /** The pixel position (0, 0) writes, and the distance to the next. */
  readonly firstY: number;
  readonly firstX: number;
  readonly strideY: number;
  readonly strideX: number;
}

/** What slides. */
export interface Sliding {
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** The window of the value. */
export function forwardWindow({ pads, size, output }: PlacedStep, { strides, dilation }: Sliding): Window {
  const taps = [...Array(size[0] * size[1]).keys()];
  const offsets = taps.flatMap((t) => [
    Math.floor(t / size[1]) * dilation[0] - pads.top,
    (t % size[1]) * dilation[1] - pads.left,
  ]);
  return {
    rows: output[0],
    columns: output[1],
    stepY: strides[0],
    stepX: strides[1],
    taps,
    offsets: Int32Array.from(offsets),
    firstY: 0,
    firstX: 0,
    strideY: 1,
    strideX: 1,
  };
}

/** The windows of the adjoint, one per phase; phases beyond the map are left out. */
export function adjointWindows({ pads, size, inputs }: PlacedStep, { strides, dilation }: Sliding): Window[] {
  const [height, width] = inputs[0]!;
  const rows = phases(height, size[0], strides[0], dilation[0], pads.top);
  const columns = phases(width, size[1], strides[1], dilation[1], pads.left);
  return rows.flatMap((y) =>
    columns.map((x) => ({
      rows: y.length,
      columns: x.length,
      stepY: 1,
      stepX: 1,
      taps: y.taps.flatMap(({ tap }) => x.taps.map((other) => tap * size[1] + other.tap)),
      offsets: Int32Array.from(y.taps.flatMap(({ offset }) => x.taps.flatMap((other) => [offset, other.offset]))),
      firstY: y.phase,
      firstX: x.phase,
      strideY: strides[0],
      strideX: strides[1],
    })),
  );
}

/** The phases along one axis. */
function phases(
  pixels: number,
  size: number,
  stride: number,
  dilation: number,
  before: number,
): { phase: number; length: number; taps: { tap: number; offset: number }[] }[] {
  return Array.from({ length: Math.min(stride, pixels) }, (_, phase) => ({
    phase,
    length: Math.ceil((pixels - phase) / stride),
    taps: [...Array(size).keys()]
      .map((tap) => ({ tap, offset: (phase + before - tap * dilation) / stride }))
      .filter(({ offset }) => Number.isInteger(offset)),
  }));
}

/** The fields by which kernels walk a window over maps. */
export function walks(
  window: Window,
  input: FeatureMap,
): Omit<Window, "taps" | "offsets"> & { tapCount: number; count: number } {
  const { taps, offsets: _, ...steps } = window;
  return { ...steps, tapCount: taps.length, count: input.count };
}
