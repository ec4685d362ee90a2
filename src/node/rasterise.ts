/** SVG text as PNG bytes, drawn by resvg (compiled to WebAssembly) with the font of the figures brought along. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Bytes, fromBase64 } from "../core/base64.js";
import { loadPackage } from "../core/packages.js";
import { fonts } from "./fonts.generated.js";

/** Draws on the calling thread, which is held until the picture is done. */
export async function drawPNG(svg: string, scale: number): Promise<Bytes> {
  const { Resvg } = await rasteriser();
  const drawn = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers: fonts.map(fromBase64), defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
  });
  try {
    const rendered = drawn.render();
    try {
      return rendered.asPng() as Bytes;
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
    const resvg = await loadPackage<Rasteriser>("@resvg/resvg-wasm");
    await resvg.initWasm(await readFile(pathOf("@resvg/resvg-wasm", "index_bg.wasm")));
    return resvg;
  })();
  return loading;
}

/** The path of a package's file. Put together here, so that no bundler takes the file for a module. */
function pathOf(name: string, file: string): string {
  return createRequire(import.meta.url).resolve([name, file].join("/"));
}
