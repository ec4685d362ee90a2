/**
 * Pictures as a small network of their coordinates (compositional pattern-producing network; Stanley 2007, sizes of Lucid):
 * eight layers of 24 numbers per pixel, each through an arc tangent and its square, so that pictures are smooth at any
 * size:
 *
 *     h₁ = W₀ · (y, x) + b₀     h = W · [atan h / 0.67, atan² h / 0.6] + b, layer by layer     picture = sigmoid(h)
 */
import { optional } from "valibot";
import { checkOptions, type OptionSchemas, optionsSchema, wholeSchema } from "../../core/check.js";
import { wholeNumber } from "../../core/numbers.js";
import type { Random } from "../../core/random.js";
import { nameOf } from "../name.js";
import { sigmoid, sigmoidAdjoint } from "./colors.js";
import type { Canvas, Param, Prepare } from "./param.js";

/**
 * Options of `cppn`.
 *
 * @public
 */
export interface CPPNOptions {
  /**
   * Layers before the last.
   *
   * @defaultValue 8
   */
  readonly layers?: number | undefined;
  /**
   * Numbers per pixel in each layer.
   *
   * @defaultValue 24
   */
  readonly width?: number | undefined;
}

/** One layer: a place in the parameters. */
interface Layer {
  readonly at: number;
  readonly ins: number;
  readonly outs: number;
}

const cppnOptions = optionsSchema<OptionSchemas<CPPNOptions>>({
  layers: optional(wholeSchema(1)),
  width: optional(wholeSchema(1)),
});

/**
 * Pictures as a small network of their coordinates. The last layer starts at zero, a grey picture.
 *
 * @throws LensError `bad-argument`, unless `layers` and `width` are whole numbers from 1.
 * @public
 */
export function cppn(options: CPPNOptions = {}): Param {
  checkOptions(cppnOptions, options);
  const { layers = 8, width = 24 } = options;
  wholeNumber("the count of layers of cppn", layers, 1);
  wholeNumber("the width of cppn", width, 1);
  const prepare: Prepare = (canvas, random) => {
    const stack = layersOf([2, ...Array<number>(layers).fill(width), canvas.channels]);
    const one = stack.at(-1)!.at + (stack.at(-1)!.ins + 1) * canvas.channels;
    const pixels = canvas.height * canvas.width;
    const place = coordinates(canvas);
    // What each layer read, kept for the way back: `[picture][layer][pixel, ins]`.
    let kept: Float64Array[][] = [];
    let output: Float64Array = new Float64Array(0);
    let current = output;
    return {
      start: () => starting(stack, one, canvas, random),
      pictures(parameters) {
        output = new Float64Array(canvas.count * pixels * canvas.channels);
        kept = Array.from({ length: canvas.count }, (_, n) => {
          const own = parameters.subarray(n * one, (n + 1) * one);
          const read: Float64Array[] = [];
          let h = place;
          stack.forEach((layer, k) => {
            read.push(h);
            h = linear(own, layer, k === 0 ? h : atans(h), pixels);
          });
          output.set(sigmoid(h), n * h.length);
          return read;
        });
        current = parameters;
        return { ...canvas, data: output };
      },
      adjoint(gradient) {
        const back = new Float64Array(canvas.count * one);
        const each = pixels * canvas.channels;
        kept.forEach((read, n) => {
          const own = current.subarray(n * one, (n + 1) * one);
          const into = back.subarray(n * one, (n + 1) * one);
          const range = [n * each, (n + 1) * each] as const;
          let g: Float64Array = sigmoidAdjoint(gradient.subarray(...range), output.subarray(...range));
          for (let k = stack.length - 1; k >= 0; k--) {
            const h = read[k]!;
            const inner = linearAdjoint(own, stack[k]!, { read: k === 0 ? h : atans(h), gradient: g, into, pixels });
            if (k > 0) g = atansAdjoint(h, inner);
          }
        });
        return back;
      },
    };
  };
  return { name: nameOf("cppn", [`layers ${layers}`, `width ${width}`]), prepare };
}

function layersOf(sizes: readonly number[]): Layer[] {
  let at = 0;
  return sizes.slice(1).map((outs, k) => {
    const ins = k === 0 ? sizes[0]! : 2 * sizes[k]!;
    const layer = { at, ins, outs };
    at += (ins + 1) * outs;
    return layer;
  });
}

/** Weights `N(0, 1/ins)`, the last layer's zero. */
function starting(stack: readonly Layer[], one: number, { count }: Canvas, random: Random): Float64Array {
  const all = new Float64Array(count * one);
  for (let n = 0; n < count; n++) {
    for (const { at, ins, outs } of stack.slice(0, -1)) {
      for (let i = 0; i < ins * outs; i++) all[n * one + at + i] = random.normal() / Math.sqrt(ins);
    }
  }
  return all;
}

/** `[pixel, 2]`: row and column in ±√3, which has variance one. */
function coordinates({ height, width }: Canvas): Float64Array {
  const along = (i: number, n: number): number => Math.sqrt(3) * (n > 1 ? (2 * i) / (n - 1) - 1 : 0);
  return Float64Array.from({ length: 2 * height * width }, (_, i) => {
    const pixel = i >> 1;
    return i % 2 === 0 ? along(Math.floor(pixel / width), height) : along(pixel % width, width);
  });
}

/** `[atan h / 0.67, atan² h / 0.6]`, value by value. */
function atans(h: Float64Array): Float64Array {
  const out = new Float64Array(2 * h.length);
  for (let i = 0; i < h.length; i++) {
    const a = Math.atan(h[i]!);
    out[2 * i] = a / 0.67;
    out[2 * i + 1] = (a * a) / 0.6;
  }
  return out;
}

function atansAdjoint(h: Float64Array, gradient: Float64Array): Float64Array {
  return h.map((t, i) => (gradient[2 * i]! / 0.67 + (2 * Math.atan(t) * gradient[2 * i + 1]!) / 0.6) / (1 + t * t));
}

/** Weights `[ins, outs]`, then a bias per output. */
function linear(parameters: Float64Array, { at, ins, outs }: Layer, read: Float64Array, pixels: number): Float64Array {
  const out = new Float64Array(pixels * outs);
  const bias = at + ins * outs;
  for (let p = 0; p < pixels; p++) {
    for (let o = 0; o < outs; o++) out[p * outs + o] = parameters[bias + o]!;
    for (let i = 0; i < ins; i++) {
      const value = read[p * ins + i]!;
      const row = at + i * outs;
      for (let o = 0; o < outs; o++) out[p * outs + o]! += value * parameters[row + o]!;
    }
  }
  return out;
}

/** Adds the gradient of a layer's parameters to `into`, and returns that of what it read. */
function linearAdjoint(
  parameters: Float64Array,
  { at, ins, outs }: Layer,
  way: {
    readonly read: Float64Array;
    readonly gradient: Float64Array;
    readonly into: Float64Array;
    readonly pixels: number;
  },
): Float64Array {
  const { read, gradient, into, pixels } = way;
  const back = new Float64Array(pixels * ins);
  const bias = at + ins * outs;
  for (let p = 0; p < pixels; p++) {
    for (let o = 0; o < outs; o++) into[bias + o]! += gradient[p * outs + o]!;
    for (let i = 0; i < ins; i++) {
      const value = read[p * ins + i]!;
      const row = at + i * outs;
      let sum = 0;
      for (let o = 0; o < outs; o++) {
        const g = gradient[p * outs + o]!;
        into[row + o]! += value * g;
        sum += parameters[row + o]! * g;
      }
      back[p * ins + i] = sum;
    }
  }
  return back;
}
