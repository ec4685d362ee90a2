/** A worker that draws: SVG text in, PNG bytes out. It is started from its own file, and exports nothing. */
import { parentPort } from "node:worker_threads";
import { drawPNG } from "../rasterise.js";
import type { Drawing, Drawn } from "./message.js";

parentPort!.on("message", async ({ svg, scale }: Drawing) => {
  const answer: Drawn = await drawPNG(svg, scale).then(
    (png) => ({ png }),
    (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }),
  );
  parentPort!.postMessage(answer);
});
