/**
 * Sums of values from other places. Maps are cut into runs of neighbouring channels; run i of the map written is
 *
 *     y[i] = Σ x[items[j]]   over starts[i] ≤ j < starts[i + 1],  or a constant where there are none
 *
 * With at most one item per run it copies: cropping, padding, selections of channels, permutations. Its adjoint is the same
 * kernel with the table turned round.
 */
@unmanaged
export class GatherTask {
  input: usize;
  inputPixel: i32;
  /** Runs of a pixel read, and pixels of one map. */
  inputRuns: i32;
  inputArea: i32;
  output: usize;
  outputPixel: i32;
  outputRuns: i32;
  outputArea: i32;
  /** Values of a run. */
  run: i32;
  starts: usize;
  items: usize;
  /** The constant. */
  value: f32;
  /** Whether to add to what is there. */
  add: i32;
  /** Lanes to set to zero after the last channel of each pixel written. */
  gap: i32;
}

/** Units: the pixels of all maps written. */
export function gather(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<GatherTask>(address);
  const bytes = <usize>task.run << 2;
  for (let unit = from; unit < to; unit++) {
    const image = task.input + <usize>((unit / task.outputArea) * task.inputArea) * <usize>task.inputPixel;
    let output = task.output + <usize>unit * <usize>task.outputPixel;
    let starts = task.starts + (<usize>((unit % task.outputArea) * task.outputRuns) << 2);
    for (let r = 0; r < task.outputRuns; r++) {
      const first = load<i32>(starts), end = load<i32>(starts, 4);
      if (first == end) fill(output, task.run, task.value, task.add);
      for (let j = first; j < end; j++) {
        const item = load<i32>(task.items + (<usize>j << 2));
        const pixel = item / task.inputRuns;
        const input = image + <usize>pixel * <usize>task.inputPixel + <usize>(item - pixel * task.inputRuns) * bytes;
        copy(input, output, bytes, task.add | (j > first ? 1 : 0));
      }
      output += bytes;
      starts += 4;
    }
    for (let lane = 0; lane < task.gap; lane++) store<f32>(output + (<usize>lane << 2), 0);
  }
}

@inline
function fill(to: usize, values: i32, value: f32, add: i32): void {
  for (let i = 0; i < values; i++) {
    store<f32>(to, add ? load<f32>(to) + value : value);
    to += 4;
  }
}

@inline
function copy(from: usize, to: usize, bytes: usize, add: i32): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const v = v128.load(from + i);
    v128.store(to + i, add ? f32x4.add(v128.load(to + i), v) : v);
  }
  for (; i < bytes; i += 4) {
    const v = load<f32>(from + i);
    store<f32>(to + i, add ? load<f32>(to + i) + v : v);
  }
}
