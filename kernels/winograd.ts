/**
 * 3×3 convolution at stride 1 by Winograd's minimal filtering (Lavin and Gray 2015). A tile of m × m outputs needs a patch
 * of (m + 2) × (m + 2) inputs:
 *
 *     Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A
 *
 * with the filter side `G g Gᵀ` worked out when weights are packed. Summed over input channels, the product ⊙ becomes one
 * matrix product per patch position: (m + 2)² products for m² outputs, instead of 9 m².
 *
 *     m = 2: 16 for 4, that is 2.25 times fewer;  m = 4: 36 for 16, 4 times fewer, at ten times the rounding error
 *
 * A unit is a block of tiles. Its patches are transformed into V, one packed matrix A per patch position; then, panel by
 * panel of eight output channels, the products M of all patch positions are made and transformed back while they are in
 * the first cache. The adjoint is the same with the filter turned by 180°, and in and out changed over.
 */
import { finish } from "./finish";
import { interleave4, multiplyPanel, rowBytes } from "./gemm";
import { inputTransform, outputTransform } from "./winograd-transforms";

@unmanaged
export class WinogradTask {
  /** m: 2 or 4. */
  size: i32;
  /** First value of the map read, and bytes between its pixels. */
  input: usize;
  inputPixel: i32;
  height: i32;
  width: i32;
  /** Channels read, a multiple of four. */
  channels: i32;
  count: i32;
  /** Zeros above and left of the map. */
  top: i32;
  left: i32;
  /** Panels, each `[(m + 2)²][channel][8]`. */
  weights: usize;
  /** One value per lane. */
  bias: usize;
  /** Zeros, one per channel and lane. */
  zeros: usize;
  output: usize;
  outputPixel: i32;
  outputHeight: i32;
  outputWidth: i32;
  lanes: i32;
  flags: i32;
  ceiling: f32;
  mask: usize;
  maskPixel: i32;
  /** A unit is `block` tiles (a multiple of 4) and one of `groups` equal shares of the panels. */
  block: i32;
  groups: i32;
}

/** Bytes of room for one transform at work: 36 vectors. */
const patchBytes: usize = 36 * 16;
/** Bytes of a finished tile of eight channels: 4 × 4 pixels. */
const pixelsBytes: usize = 16 * 32;

/**
 * Units: ⌈tiles / block⌉ · groups.
 * Scratch: 4096 + 4·block·(m + 2)²·(channels + 8) + 8·block bytes.
 */
export function winograd(address: usize, from: i32, to: i32, scratch: usize): void {
  const task = changetype<WinogradTask>(address);
  const edge = task.size + 2, positions = edge * edge;
  const quadBytes = <usize>task.channels << 4;
  const work = scratch;
  const rows = scratch + 4096;
  const products = rows + <usize>task.block * rowBytes;
  const patches = products + ((<usize>(positions * task.block)) << 5);
  for (let i = 0; i < task.block; i++) store<usize>(rows + <usize>i * rowBytes, products + (<usize>i << 5));
  const across = (task.outputWidth + task.size - 1) / task.size, down = (task.outputHeight + task.size - 1) / task.size;
  const total = task.count * down * across;
  const panels = task.lanes >> 3, share = (panels + task.groups - 1) / task.groups;
  for (let unit = from; unit < to; unit++) {
    const first = (unit / task.groups) * task.block;
    const tiles = min(task.block, total - first);
    const quads = (tiles + 3) >> 2;
    const position = <usize>quads * quadBytes;
    for (let quad = 0; quad < quads; quad++) {
      readQuad(task, first + (quad << 2), total, across, down, work, patches + <usize>quad * quadBytes, position);
    }
    const firstPanel = (unit % task.groups) * share, lastPanel = min(panels, firstPanel + share);
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      let weights = task.weights + ((<usize>(panel * positions * task.channels)) << 5);
      for (let i = 0; i < positions; i++) {
        const a = patches + <usize>i * position, c = (<usize>(i * task.block)) << 5;
        multiplyPanel(a, quads, task.channels, weights, task.zeros, rows, c, 0, 0);
        weights += <usize>task.channels << 5;
      }
      for (let t = 0; t < tiles; t++) writeTile(task, first + t, panel, across, down, work, products + (<usize>t << 5));
    }
  }
}

/** Transforms the patches of four tiles, and packs them beside each other. A tile past the last is the last once more. */
function readQuad(task: WinogradTask, first: i32, total: i32, across: i32, down: i32, work: usize, packed: usize, position: usize): void {
  const edge = task.size + 2, positions = edge * edge;
  const addresses = work, patches = work + 4 * 36 * 4;
  for (let i = 0; i < 4; i++) {
    addressPatch(task, min(first + i, total - 1), across, down, addresses + <usize>(i * 36 * 4));
  }
  for (let channel = 0; channel < task.channels; channel += 4) {
    for (let i = 0; i < 4; i++) inputTransform(task.size, addresses + <usize>(i * 36 * 4), <usize>channel << 2, patches + <usize>i * patchBytes);
    let tile = packed + (<usize>channel << 4);
    let d = patches;
    for (let i = 0; i < positions; i++) {
      interleave4(v128.load(d), v128.load(d, patchBytes), v128.load(d, 2 * patchBytes), v128.load(d, 3 * patchBytes), tile);
      d += 16;
      tile += position;
    }
  }
}

/** Lists where each of a patch's (m + 2)² pixels lies; outside the map lie zeros. */
function addressPatch(task: WinogradTask, tile: i32, across: i32, down: i32, addresses: usize): void {
  const edge = task.size + 2;
  const x0 = (tile % across) * task.size - task.left;
  const y0 = ((tile / across) % down) * task.size - task.top;
  const image = task.input + <usize>((tile / (across * down)) * task.height * task.width) * <usize>task.inputPixel;
  for (let y = y0; y < y0 + edge; y++) {
    for (let x = x0; x < x0 + edge; x++) {
      const inside = <u32>y < <u32>task.height && <u32>x < <u32>task.width;
      store<usize>(addresses, inside ? image + <usize>(y * task.width + x) * <usize>task.inputPixel : task.zeros);
      addresses += 4;
    }
  }
}

/** Transforms the products of one tile and panel back, and writes the pixels that lie in the map. */
function writeTile(task: WinogradTask, tile: i32, panel: i32, across: i32, down: i32, work: usize, products: usize): void {
  const position = <usize>task.block << 5;
  const pixels = work, room = work + pixelsBytes;
  outputTransform(task.size, products, position, room, pixels);
  outputTransform(task.size, products + 16, position, room, pixels + 16);
  const x0 = (tile % across) * task.size, y0 = ((tile / across) % down) * task.size;
  const first = ((tile / (across * down)) * task.outputHeight + y0) * task.outputWidth + x0;
  const columns = min(task.size, task.outputWidth - x0), rows = min(task.size, task.outputHeight - y0);
  const bias = task.bias + (<usize>panel << 5);
  const b0 = v128.load(bias), b1 = v128.load(bias, 16);
  for (let y = 0; y < rows; y++) {
    const from = <usize>(first + y * task.outputWidth);
    let output = task.output + from * <usize>task.outputPixel + (<usize>panel << 5);
    let mask = task.mask + from * <usize>task.maskPixel + <usize>panel;
    let v = pixels + (<usize>(y * task.size) << 5);
    for (let x = 0; x < columns; x++) {
      finish(f32x4.add(v128.load(v), b0), f32x4.add(v128.load(v, 16), b1), output, mask, task.flags, task.ceiling);
      output += task.outputPixel;
      mask += task.maskPixel;
      v += 32;
    }
  }
}
