/** Figures as PNG: the SVG drawn by resvg (compiled to WebAssembly), with the house font brought along. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fromBase64 } from "../core/base64.js";
import { LensError } from "../core/errors.js";
import type { Figure } from "../figure/mark.js";
import { toSVG } from "../figure/svg.js";
import { fonts } from "./fonts.generated.js";

/**
 * Options of `toPNG`.
 *
 * @public
 */
export interface PNGOptions {
  /**
   * Pixels of the PNG per pixel of the figure.
   *
   * @defaultValue 2
   */
  readonly scale?: number | undefined;
}

/**
 * A figure as PNG bytes.
 *
 * @throws LensError `bad-argument` when the scale is not above 0.
 * @public
 */
export async function toPNG(figure: Figure, { scale = 2 }: PNGOptions = {}): Promise<Uint8Array> {
  if (!(scale > 0 && scale <= 16)) throw new LensError("bad-argument", `scale is above 0 and at most 16; got ${scale}`);
  const { Resvg } = await rasteriser();
  const drawn = new Resvg(toSVG(figure), {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers: fonts.map(fromBase64), defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
  });
  try {
    const rendered = drawn.render();
    try {
      return rendered.asPng();
    } finally {
      rendered.free();
    }
  } finally {
    drawn.free();
  }
}

type Rasteriser = typeof import("@resvg/resvg-wasm");
let loading: Promise<Rasteriser> | undefined;

/** resvg's WebAssembly, compiled at the first figure. */
function rasteriser(): Promise<Rasteriser> {
  loading ??= (async () => {
    const resvg = await import("@resvg/resvg-wasm");
    const require = createRequire(import.meta.url);
    await resvg.initWasm(await readFile(require.resolve("@resvg/resvg-wasm/index_bg.wasm")));
    return resvg;
  })();
  return loading;
}
