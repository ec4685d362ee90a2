/**
 * What a transformation of the image does to a kernel: a linear map of its `height · width` taps. Mirrors and turns by 90°
 * move the taps; other turns are orthogonal (see `math/grid-rotation.ts`), so no energy is lost; a change of scale resamples
 * and does lose some. The same for the three colours of the image.
 */
import { LensError } from "../core/errors.js";
import { gridRotation } from "../math/grid-rotation.js";
import type { Group, Transformation } from "./group.js";

/** Sizes of a kernel. */
export interface KernelSize {
  readonly height: number;
  readonly width: number;
}

/** What an element does to the kernels between two units. */
export interface KernelChange {
  /** Map of the taps, `[taps, taps]`; `null` where nothing moves. */
  readonly taps: Float64Array | null;
  /**
   * −1 where light and dark are swapped. It is the sign of kernels whose input stays in place: the image, or a unit held
   * still. A family that is read answers a swap by its members changing places, and its kernels keep their sign.
   */
  readonly sign: 1 | -1;
  /** Enlargement; 1 where sizes stay. */
  readonly scale: number;
}

/** What each element of a group does to kernels. */
export function kernelChanges(group: Group, size: KernelSize): KernelChange[] {
  return Array.from({ length: group.order }, (_, element) => {
    const change = group.transformation(element);
    return { taps: kernelAction(change, size), sign: change.polarity ?? 1, scale: change.scale ?? 1 };
  });
}

/**
 * The map of the taps, `[taps, taps]` row by row; `null` where nothing moves.
 *
 * @throws LensError `unsupported` for turns that a kernel of this size cannot make.
 */
export function kernelAction(change: Transformation, size: KernelSize): Float64Array | null {
  const { mirror = false, degrees = 0, scale = 1 } = change;
  const maps: Float64Array[] = [];
  if (mirror) maps.push(moved(size, (y, x) => [y, size.width - 1 - x]));
  if (degrees % 360 !== 0) maps.push(turned(size, ((degrees % 360) + 360) % 360));
  if (scale !== 1) maps.push(resized(size, scale));
  return maps.length === 0 ? null : maps.reduce((done, next) => multiply(next, done, size.height * size.width));
}

/** The map of red, green and blue, `[3, 3]`: a turn about the grey axis; `null` where the hue stays. */
export function colorAction({ hue = 0 }: Transformation): Float64Array | null {
  if (hue % 360 === 0) return null;
  const angle = (hue * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle) / Math.sqrt(3)];
  const mean = (1 - cos) / 3;
  return Float64Array.of(
    cos + mean,
    mean - sin,
    mean + sin,
    mean + sin,
    cos + mean,
    mean - sin,
    mean - sin,
    mean + sin,
    cos + mean,
  );
}

function turned({ height, width }: KernelSize, degrees: number): Float64Array {
  if (degrees === 180) return moved({ height, width }, (y, x) => [height - 1 - y, width - 1 - x]);
  if (height !== width) {
    throw new LensError(
      "unsupported",
      `a kernel of ${height}×${width} turns only by 180°; got ${degrees}°: choose group.rotations(2) or group.flip()`,
    );
  }
  if (degrees === 90) return moved({ height, width }, (y, x) => [height - 1 - x, y]);
  if (degrees === 270) return moved({ height, width }, (y, x) => [x, width - 1 - y]);
  if (width % 2 === 0) {
    throw new LensError(
      "unsupported",
      `a kernel of ${height}×${width} has no central tap and turns only by multiples of 90°; got ${degrees}°: choose group.rotations(4)`,
    );
  }
  return gridRotation(width, degrees);
}

/** A permutation; `from` says which tap comes to (y, x). */
function moved({ height, width }: KernelSize, from: (y: number, x: number) => readonly [number, number]): Float64Array {
  const taps = height * width;
  const map = new Float64Array(taps * taps);
  for (let tap = 0; tap < taps; tap++) {
    const [y, x] = from(Math.floor(tap / width), tap % width);
    map[tap * taps + y * width + x] = 1;
  }
  return map;
}

/** Bilinear, and divided by the enlarged area so that the kernel's answer to an enlarged image stays. */
function resized({ height, width }: KernelSize, scale: number): Float64Array {
  const taps = height * width;
  const map = new Float64Array(taps * taps);
  for (let tap = 0; tap < taps; tap++) {
    const y = (Math.floor(tap / width) - (height - 1) / 2) / scale + (height - 1) / 2;
    const x = ((tap % width) - (width - 1) / 2) / scale + (width - 1) / 2;
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++) {
        map[tap * taps + r * width + c] =
          (Math.max(0, 1 - Math.abs(y - r)) * Math.max(0, 1 - Math.abs(x - c))) / scale ** 2;
      }
    }
  }
  return map;
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const weight = a[i * n + k]!;
      if (weight !== 0) for (let j = 0; j < n; j++) out[i * n + j]! += weight * b[k * n + j]!;
    }
  }
  return out;
}
