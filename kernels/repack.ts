/**
 * The same values in another arrangement: value i of each example is channel `i mod C` of pixel `⌊i / C⌋`, with a C for
 * the map read and another for the map written. It takes images in and gradients out (from three channels without gaps to
 * lanes, and back), reshapes maps, and lays channels side by side whose number is not a multiple of the lanes.
 */
@unmanaged
export class RepackTask {
  input: usize;
  inputPixel: i32;
  inputChannels: i32;
  output: usize;
  outputPixel: i32;
  outputChannels: i32;
  /** Values of one unit; a whole number of pixels of both maps. */
  values: i32;
  /** Whether to add to what is there. */
  add: i32;
  /** Lanes to set to zero after the last channel of each pixel written. */
  gap: i32;
}

/** Units: as many as there are groups of `values`. */
export function repack(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<RepackTask>(address);
  for (let unit = from; unit < to; unit++) {
    const first = unit * task.values;
    let input = task.input + <usize>(first / task.inputChannels) * <usize>task.inputPixel;
    let output = task.output + <usize>(first / task.outputChannels) * <usize>task.outputPixel;
    let fromChannel = 0, toChannel = 0;
    let left = task.values;
    while (left > 0) {
      // As far as neither map comes to its next pixel.
      const run = min(left, min(task.inputChannels - fromChannel, task.outputChannels - toChannel));
      copy(input + (<usize>fromChannel << 2), output + (<usize>toChannel << 2), run, task.add);
      left -= run;
      fromChannel += run;
      toChannel += run;
      if (fromChannel == task.inputChannels) {
        fromChannel = 0;
        input += task.inputPixel;
      }
      if (toChannel == task.outputChannels) {
        const end = output + (<usize>toChannel << 2);
        for (let lane = 0; lane < task.gap; lane++) store<f32>(end + (<usize>lane << 2), 0);
        toChannel = 0;
        output += task.outputPixel;
      }
    }
  }
}

@inline
function copy(from: usize, to: usize, values: i32, add: i32): void {
  for (let i = 0; i < values; i++) {
    const value = load<f32>(from);
    store<f32>(to, add ? load<f32>(to) + value : value);
    from += 4;
    to += 4;
  }
}
