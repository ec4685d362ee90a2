/**
 * Frozen weights, brought once into the order the kernels read them: panels of eight output lanes,
 *
 *     convolution   [panel][tap][channel][8]             Winograd   [panel][(m + 2)²][channel][8]
 *
 * lanes past the last output zero. The kernel read is described by the distances between neighbours along its axes, so
 * that the adjoint (in and out changed over, the filter turned by 180°) is the same packing with other distances.
 */
import { filterTransform } from "./winograd-transforms";

@unmanaged
export class PackTask {
  /** 0 packs taps as they are; 2 and 4 transform 3 × 3 filters for Winograd tiles of that size. */
  size: i32;
  /** The first weight: of the first tap, channel and output. */
  kernel: usize;
  /** Bytes from a channel to the next, from an output to the next. */
  channelStep: i32;
  outputStep: i32;
  /** Taps: for each the bytes to its first weight, i32. Winograd takes nine, row by row. */
  taps: usize;
  tapCount: i32;
  channels: i32;
  outputs: i32;
  /** Where panels go. */
  weights: usize;
}

/** Up to four weights along the output axis. */
@inline
function weights4(at: usize, step: usize, left: i32): v128 {
  if (step == 4 && left >= 4) return v128.load(at);
  let v = f32x4.splat(0);
  if (left > 0) v = f32x4.replace_lane(v, 0, load<f32>(at));
  if (left > 1) v = f32x4.replace_lane(v, 1, load<f32>(at + step));
  if (left > 2) v = f32x4.replace_lane(v, 2, load<f32>(at + 2 * step));
  if (left > 3) v = f32x4.replace_lane(v, 3, load<f32>(at + 3 * step));
  return v;
}

/** Packs taps. Units: lanes / 4. */
export function packPanels(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<PackTask>(address);
  const depth = task.tapCount * task.channels;
  for (let unit = from; unit < to; unit++) {
    const lane = unit << 2;
    const inPanel = lane & 4;
    let target = task.weights + (<usize>((lane - inPanel) * depth + inPanel) << 2);
    for (let tap = 0; tap < task.tapCount; tap++) {
      let at = task.kernel + load<i32>(task.taps + (<usize>tap << 2)) + lane * task.outputStep;
      for (let channel = 0; channel < task.channels; channel++) {
        v128.store(target, weights4(at, task.outputStep, task.outputs - lane));
        at += task.channelStep;
        target += 32;
      }
    }
  }
}

/** Transforms and packs 3 × 3 filters. Units: lanes / 4. Scratch: 1024 bytes. */
export function packFilter(address: usize, from: i32, to: i32, scratch: usize): void {
  const task = changetype<PackTask>(address);
  const edge = task.size + 2, positions = edge * edge;
  const transformed = scratch + 512;
  for (let unit = from; unit < to; unit++) {
    const lane = unit << 2;
    const inPanel = lane & 4;
    const panel = task.weights + (<usize>((lane - inPanel) * positions * task.channels + inPanel) << 2);
    for (let channel = 0; channel < task.channels; channel++) {
      const at = task.kernel + channel * task.channelStep + lane * task.outputStep;
      for (let tap = 0; tap < 9; tap++) {
        v128.store(scratch + (<usize>tap << 4), weights4(at + load<i32>(task.taps + (<usize>tap << 2)), task.outputStep, task.outputs - lane));
      }
      filterTransform(task.size, scratch, transformed);
      for (let i = 0; i < positions; i++) {
        v128.store(panel + (<usize>(i * task.channels + channel) << 5), v128.load(transformed + (<usize>i << 4)));
      }
    }
  }
}
