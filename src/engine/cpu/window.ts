/** The windows of depthwise convolution and pooling: every meeting of an output position and an input position. */
import type { PlacedStep } from "../layout.js";

/** Visits each tap of each window: first channel of the output position, of the input position, and the tap's index. */
export function eachWindowTap(
  { inputs, output, pads, size }: PlacedStep,
  strides: readonly [number, number],
  dilation: readonly [number, number],
  count: number,
  visit: (to: number, from: number, tap: number) => void,
): void {
  const [h, w, cin] = inputs[0]!;
  const [oh, ow, cout] = output;
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < oh; y++) {
      for (let x = 0; x < ow; x++) {
        for (let r = 0; r < size[0]; r++) {
          const row = y * strides[0] + r * dilation[0] - pads.top;
          if (row < 0 || row >= h) continue;
          for (let c = 0; c < size[1]; c++) {
            const column = x * strides[1] + c * dilation[1] - pads.left;
            if (column < 0 || column >= w) continue;
            visit(((n * oh + y) * ow + x) * cout, ((n * h + row) * w + column) * cin, r * size[1] + c);
          }
        }
      }
    }
  }
}
