/**
 * Values less their mean, over their deviation, set by set. A set is `channels` neighbouring channels of `pixels` neighbouring
 * pixels:
 *
 *     y = (x − μ) / σ                                σ = √(variance + epsilon)
 *     x̄ = (ȳ − mean(ȳ) − y · mean(ȳ · y)) / σ        with the means over the set
 *
 * Sums are kept in double precision, because a set may be a whole map.
 */
@unmanaged
export class NormalizeTask {
  input: usize;
  inputPixel: i32;
  /** Gradient of the output; read by the adjoint alone. */
  gradient: usize;
  gradientPixel: i32;
  output: usize;
  outputPixel: i32;
  /** Pixels of a set. */
  pixels: i32;
  /** Channels of a set, and sets side by side. */
  channels: i32;
  groups: i32;
  epsilon: f32;
  /** Whether to add to what is there. */
  add: i32;
  /** Lanes to set to zero after the last channel of each pixel written. */
  gap: i32;
}

/** Units: the sets of all maps. */
export function normalize(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<NormalizeTask>(address);
  for (let unit = from; unit < to; unit++) {
    const mean = meanOf(task, unit), scale = 1 / deviationOf(task, unit, mean);
    for (let p = 0; p < task.pixels; p++) {
      const x = place(task, unit, p, task.input, task.inputPixel);
      const y = place(task, unit, p, task.output, task.outputPixel);
      for (let c: usize = 0; c < <usize>task.channels << 2; c += 4) {
        store<f32>(y + c, <f32>((<f64>load<f32>(x + c) - mean) * scale));
      }
      clearGap(task, unit, y);
    }
  }
}

/** Units: the sets of all maps. */
export function normalizeAdjoint(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<NormalizeTask>(address);
  const bytes = <usize>task.channels << 2;
  for (let unit = from; unit < to; unit++) {
    const mean = meanOf(task, unit), scale = 1 / deviationOf(task, unit, mean);
    let sum: f64 = 0, product: f64 = 0;
    for (let p = 0; p < task.pixels; p++) {
      const x = place(task, unit, p, task.input, task.inputPixel);
      const g = place(task, unit, p, task.gradient, task.gradientPixel);
      for (let c: usize = 0; c < bytes; c += 4) {
        const gradient = <f64>load<f32>(g + c);
        sum += gradient;
        product += gradient * (<f64>load<f32>(x + c) - mean) * scale;
      }
    }
    const values = <f64>(task.pixels * task.channels);
    sum /= values;
    product /= values;
    for (let p = 0; p < task.pixels; p++) {
      const x = place(task, unit, p, task.input, task.inputPixel);
      const g = place(task, unit, p, task.gradient, task.gradientPixel);
      const output = place(task, unit, p, task.output, task.outputPixel);
      for (let c: usize = 0; c < bytes; c += 4) {
        const y = (<f64>load<f32>(x + c) - mean) * scale;
        const value = <f32>((<f64>load<f32>(g + c) - sum - y * product) * scale);
        store<f32>(output + c, task.add ? load<f32>(output + c) + value : value);
      }
      clearGap(task, unit, output);
    }
  }
}

/** The first channel of a set at one of its pixels. */
@inline
function place(task: NormalizeTask, unit: i32, p: i32, map: usize, pixel: i32): usize {
  const group = unit % task.groups, first = (unit / task.groups) * task.pixels;
  return map + <usize>(first + p) * <usize>pixel + (<usize>(group * task.channels) << 2);
}

@inline
function clearGap(task: NormalizeTask, unit: i32, at: usize): void {
  if (unit % task.groups != task.groups - 1) return;
  const end = at + (<usize>task.channels << 2);
  for (let lane = 0; lane < task.gap; lane++) store<f32>(end + (<usize>lane << 2), 0);
}

function meanOf(task: NormalizeTask, unit: i32): f64 {
  let sum: f64 = 0;
  for (let p = 0; p < task.pixels; p++) {
    const x = place(task, unit, p, task.input, task.inputPixel);
    for (let c: usize = 0; c < <usize>task.channels << 2; c += 4) sum += <f64>load<f32>(x + c);
  }
  return sum / <f64>(task.pixels * task.channels);
}

function deviationOf(task: NormalizeTask, unit: i32, mean: f64): f64 {
  let sum: f64 = 0;
  for (let p = 0; p < task.pixels; p++) {
    const x = place(task, unit, p, task.input, task.inputPixel);
    for (let c: usize = 0; c < <usize>task.channels << 2; c += 4) {
      const apart = <f64>load<f32>(x + c) - mean;
      sum += apart * apart;
    }
  }
  return Math.sqrt(sum / <f64>(task.pixels * task.channels) + <f64>task.epsilon);
}
