/**
 * One map placed in another, zeros where it does not reach:
 *
 *     y[Y, X] = x[Y + row, X + column],  or 0 outside of x
 *
 * Zeros around a map are (−top, −left); their adjoint, which cuts the middle out again, is (top, left).
 */
import { finish } from "./finish";

@unmanaged
export class PlaceTask {
  input: usize;
  inputPixel: i32;
  height: i32;
  width: i32;
  count: i32;
  row: i32;
  column: i32;
  output: usize;
  outputPixel: i32;
  outputHeight: i32;
  outputWidth: i32;
  lanes: i32;
  flags: i32;
  mask: usize;
  maskPixel: i32;
}

/** Units: count · outputHeight. */
export function place(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<PlaceTask>(address);
  const bytes = <usize>task.lanes << 2;
  const zero = f32x4.splat(0);
  for (let unit = from; unit < to; unit++) {
    const y = (unit % task.outputHeight) + task.row;
    const row = (unit / task.outputHeight) * task.height + y;
    for (let column = 0; column < task.outputWidth; column++) {
      const x = column + task.column;
      const inside = <u32>y < <u32>task.height && <u32>x < <u32>task.width;
      const pixel = <usize>(unit * task.outputWidth + column);
      const input = task.input + <usize>(row * task.width + x) * <usize>task.inputPixel;
      const output = task.output + pixel * <usize>task.outputPixel;
      const mask = task.mask + pixel * <usize>task.maskPixel;
      for (let lane: usize = 0; lane < bytes; lane += 32) {
        const a = inside ? v128.load(input + lane) : zero, b = inside ? v128.load(input + lane, 16) : zero;
        finish(a, b, output + lane, mask + (lane >> 5), task.flags, 0);
      }
    }
  }
}
