/**
 * Measures of the picture itself. All grow with what is not wanted: subtract them. Sums over the picture, as Lucid has them, so that the weights known from it hold.
 */
import { finite, wholeNumber } from "../../core/numbers.js";
import { byName, eachPicture, type MapSize, type Objective } from "./objective.js";

/**
 * Σ |x − constant| over the picture. Lucid's weight: 0.05.
 *
 * @throws LensError `bad-argument`, unless the constant is a number.
 * @public
 */
export function l1(constant = 0.5): Objective {
  finite("the constant", constant);
  return byName("l1", [constant], "image", {}, (volume) =>
    eachPicture(volume, (data, _, gradient) => {
      let sum = 0;
      for (let i = 0; i < data.length; i++) {
        const gap = data[i]! - constant;
        sum += Math.abs(gap);
        gradient[i] = Math.sign(gap);
      }
      return sum;
    }),
  );
}

/**
 * √(Σ (x − constant)² + 1e-6) over the picture.
 *
 * @throws LensError `bad-argument`, unless the constant is a number.
 * @public
 */
export function l2(constant = 0.5): Objective {
  finite("the constant", constant);
  return byName("l2", [constant], "image", {}, (volume) =>
    eachPicture(volume, (data, _, gradient) => {
      const length = Math.sqrt(data.reduce((sum, x) => sum + (x - constant) ** 2, 1e-6));
      for (let i = 0; i < data.length; i++) gradient[i] = (data[i]! - constant) / length;
      return length;
    }),
  );
}

/**
 * Total variation: Σ |x − its right neighbour| + |x − the one below|. Lucid's weight: 0.25.
 *
 * @public
 */
export function totalVariation(): Objective {
  return byName("totalVariation", [], "image", {}, (volume) =>
    eachPicture(volume, (data, { height, width, channels }, gradient) => {
      let sum = 0;
      const differ = (a: number, b: number): void => {
        const gap = data[b]! - data[a]!;
        sum += Math.abs(gap);
        gradient[b]! += Math.sign(gap);
        gradient[a]! -= Math.sign(gap);
      };
      for (let y = 0; y < height; y++) {
        for (let at = y * width * channels; at < (y + 1) * width * channels; at++) {
          if (at + channels < (y + 1) * width * channels) differ(at, at + channels);
          if (y + 1 < height) differ(at, at + width * channels);
        }
      }
      return sum;
    }),
  );
}

/**
 * What a blur would take away: ½ Σ (x − blur(x))², the blur a mean of 3 × 3 with weights 1, 2, 1 that stands still while the
 * picture moves. Lucid's weight: 1.
 *
 * @public
 */
export function blur(): Objective {
  return byName("blur", [], "image", {}, (volume) =>
    eachPicture(volume, (data, size, gradient) => {
      const smooth = blurred(data, size);
      let sum = 0;
      for (let i = 0; i < data.length; i++) {
        const gap = data[i]! - smooth[i]!;
        sum += 0.5 * gap * gap;
        // The blurred picture counts as a constant, as in Lucid: the picture is drawn towards it.
        gradient[i] = gap;
      }
      return sum;
    }),
  );
}

/**
 * Detail near the border: Σ (x − blur(x))² + 0.8 (x − 0.5)² over a frame of `width` pixels.
 *
 * @throws LensError `bad-argument`, unless the width is a whole number from 1.
 * @public
 */
export function boundary(width = 20): Objective {
  wholeNumber("the width of the frame", width, 1);
  return byName("boundary", [width], "image", {}, (volume) =>
    eachPicture(volume, (data, size, gradient) => {
      const smooth = blurred(data, size);
      let sum = 0;
      eachPixel(size, (y, x, at) => {
        const inside = y >= width && x >= width && y < size.height - width && x < size.width - width;
        if (inside) return;
        for (let i = at; i < at + size.channels; i++) {
          const [gap, colour] = [data[i]! - smooth[i]!, data[i]! - 0.5];
          sum += gap * gap + 0.8 * colour * colour;
          gradient[i] = 2 * gap + 1.6 * colour;
        }
      });
      return sum;
    }),
  );
}

/** Mean of each pixel's 3 × 3 surroundings by 1, 2, 1 both ways; beyond the border nothing counts. */
function blurred(data: Float32Array, { height, width, channels }: MapSize): Float32Array {
  const out = new Float32Array(data.length);
  eachPixel({ height, width, channels }, (y, x, at) => {
    let total = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if (y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width) continue;
        const weight = (2 - Math.abs(dy)) * (2 - Math.abs(dx));
        total += weight;
        const from = at + (dy * width + dx) * channels;
        for (let c = 0; c < channels; c++) out[at + c]! += weight * data[from + c]!;
      }
    }
    for (let c = 0; c < channels; c++) out[at + c]! /= total;
  });
  return out;
}

function eachPixel({ height, width, channels }: MapSize, visit: (y: number, x: number, at: number) => void): void {
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) visit(y, x, (y * width + x) * channels);
}
