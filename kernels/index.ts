/**
 * The kernels of the `wasm` engine, in AssemblyScript (https://www.assemblyscript.org). `npm run kernels` compiles this
 * folder, once with SIMD and once with relaxed SIMD, and writes both modules as text into
 * `src/engine/wasm/kernels.generated.ts`.
 *
 * Every kernel has one shape: `kernel(task, from, to, scratch)`.
 *
 * - `task` is the address of a record (the class named `…Task` beside each kernel) that says where the maps lie and how
 *   large they are. The engine writes records once per image size; a step of an ascent only walks over them.
 * - The work is cut into units that do not touch each other's output: rows, blocks of pixels, blocks of tiles. A call
 *   does the units `from … to − 1`. Threads take units as they come, and whoever does a unit gets the same bits.
 * - `scratch` is memory of the calling thread alone, as large as the engine worked out for the task.
 *
 * There is no heap, no static memory and no garbage: only addresses that the engine hands out.
 *
 * A map is `[count, height, width, channels]`, the channel fastest. From one pixel to the next it is `…Pixel` bytes, at
 * least the channels rounded up to a multiple of eight; more where a map is some channels of a larger one, which is how
 * maps come to lie side by side without being copied. Kernels work on `lanes`, the rounded number; the lanes past the
 * last channel hold zeros everywhere, and every kernel keeps it so.
 *
 * | file | kernels |
 * | --- | --- |
 * | gemm | `C[4][8] = A[4][K] · B[K][8]` in registers: everything below that multiplies matrices ends here |
 * | conv | convolution of any size, stride and dilation, and its adjoint |
 * | few | convolution to at most three channels |
 * | winograd | 3×3 convolution at stride 1 by F(2×2, 3×3) or F(4×4, 3×3) |
 * | depthwise | one filter per channel, and its adjoint |
 * | max-pool, mean-pool | and their adjoints |
 * | pointwise | copy, sum, product, scale and shift, leaky rectifier |
 * | redirect | gradients through rectifiers that let nothing pass |
 * | place, repack, resize | zeros around, channels side by side, enlarging |
 * | gather | values copied from other places, or summed |
 * | normalize | values less their mean over their deviation, and the adjoint |
 * | pack | frozen weights brought into the order the kernels read them |
 * | finish | the way of eight finished values to memory: sum, rectifier, mask |
 */
export { convolve } from "./conv";
export { convolveToFew } from "./few";
export { winograd } from "./winograd";
export { depthwise } from "./depthwise";
export { maxPool, maxPoolAdjoint } from "./max-pool";
export { meanPool, meanPoolAdjoint } from "./mean-pool";
export { pointwise } from "./pointwise";
export { findPassing, redirect } from "./redirect";
export { place } from "./place";
export { repack } from "./repack";
export { resize, resizeAdjoint } from "./resize";
export { gather } from "./gather";
export { normalize, normalizeAdjoint } from "./normalize";
export { packFilter, packPanels } from "./pack";
