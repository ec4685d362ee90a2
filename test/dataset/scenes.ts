/** A network and pictures small enough to work out on paper, and random ones for properties. */
import { createImage, type Image } from "../../src/core/image.js";
import { createRandom } from "../../src/core/random.js";
import type { DatasetItem } from "../../src/dataset/dataset.js";
import type { Network } from "../../src/network/network.js";
import { conv, network } from "../network/ops.js";

/**
 * Two units on grey pictures of 4 × 4: unit 0 is the sum of a 3 × 3 window with zeros around the picture, unit 1 the middle
 * minus the pixel on its right. ReLU follows in `"relu"`.
 */
export function twoUnits(): Network {
  const kernel = new Float32Array(3 * 3 * 2);
  for (let p = 0; p < 9; p++) kernel[2 * p] = 1;
  kernel[2 * 4 + 1] = 1;
  kernel[2 * 5 + 1] = -1;
  return network(
    [4, 4, 1],
    [conv("conv", "image", [3, 3, 1, 2], { kernel, padding: "same", activation: { name: "relu" } })],
  );
}

/** A grey picture of 4 × 4 that is black but for some pixels. */
export function dots(...places: readonly (readonly [row: number, column: number, value: number])[]): Image {
  const data = new Float32Array(16);
  for (const [row, column, value] of places) data[4 * row + column] = value;
  return createImage(4, 4, 1, data);
}

/** Random RGB pictures, a few of them equal to each other so that ties happen. */
export function noisePictures(count: number, size = 12): DatasetItem[] {
  return Array.from({ length: count }, (_, n) => {
    const random = createRandom(n % 7 === 3 ? 0 : n);
    return {
      id: `noise/${n}`,
      label: n % 3 === 0 ? "three" : n % 5 === 0 ? "five" : undefined,
      image: () =>
        createImage(
          size,
          size,
          3,
          Float32Array.from({ length: size * size * 3 }, () => random.uniform()),
        ),
    };
  }).map((item) => {
    // Each reading starts the draws anew: a picture is the same whenever it is read.
    const picture = item.image();
    return { ...item, image: () => picture };
  });
}
