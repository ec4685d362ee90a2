/** What both kinds of pooling have to know. */
@unmanaged
export class PoolTask {
  /** The larger map: x, or its gradient. */
  large: usize;
  largePixel: i32;
  height: i32;
  width: i32;
  /** The smaller map: y, or its gradient. */
  small: usize;
  smallPixel: i32;
  smallHeight: i32;
  smallWidth: i32;
  count: i32;
  lanes: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideY: i32;
  strideX: i32;
  /** Rows and columns of the first window that lie outside. */
  top: i32;
  left: i32;
  /** Tap number of each maximum, u16, `[count, smallHeight, smallWidth, lanes]`. */
  winners: usize;
  /** How the adjoint finishes. */
  flags: i32;
  mask: usize;
  maskPixel: i32;
}
