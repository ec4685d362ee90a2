/** Reading pictures inside a page: the test hands files over as lists of bytes. */

import { photos } from "../../src/browser/photos.js";
import { readItem } from "../../src/dataset/dataset.js";

/** A picture the page has read, or why it has not. */
export interface Told {
  readonly id: string;
  readonly label: string | undefined;
  readonly size: readonly number[];
  /** The first pixel and the last in bytes, or the reason. */
  readonly ends: readonly (readonly number[])[] | string;
}

/** What the page offers. */
export interface PhotosSuite {
  /** Reads a file as a chosen file, as an address and as a bitmap. */
  read(name: string, bytes: readonly number[]): Promise<Told[]>;
}

const suite: PhotosSuite = {
  async read(name, bytes) {
    const file = new File([Uint8Array.from(bytes)], name);
    const address = URL.createObjectURL(file);
    const bitmap = await createImageBitmap(file).catch(() => new ImageData(1, 1));
    const told: Told[] = [];
    for (const item of photos([file, address, bitmap])) {
      const { id, label } = item;
      try {
        const { height, width, channels, data } = await readItem(item);
        const pixel = (p: number): number[] =>
          [...data.subarray(p * channels, p * channels + 3)].map((v) => Math.round(255 * v));
        told.push({ id, label, size: [height, width, channels], ends: [pixel(0), pixel(height * width - 1)] });
      } catch (error) {
        told.push({ id, label, size: [], ends: (error as Error).message });
      }
    }
    return told;
  },
};

(globalThis as unknown as { suite: PhotosSuite }).suite = suite;
