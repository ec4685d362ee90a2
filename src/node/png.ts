/**
 * Figures as PNG. A worker draws them, so that the calling thread stays free and an abort is heard at once; where its script is not to be
 * had, as in a bundle, the calling thread draws.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Bytes } from "../core/base64.js";
import { LensError } from "../core/errors.js";
import type { Figure } from "../figure/mark.js";
import { toSVG } from "../figure/svg.js";
import { drawPNG } from "./rasterise.js";
import type { Drawing, Drawn } from "./workers/message.js";
import { workerScript } from "./workers/script.js";

/**
 * Options of `toPNG`.
 *
 * @public
 */
export interface PNGOptions {
  /**
   * Pixels of the PNG per pixel of the figure, above 0, at most 16.
   *
   * @defaultValue 2
   */
  readonly scale?: number | undefined;
  /** Aborts the drawing, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Most pixels of a PNG: what fits into the memory that the rasteriser can have. */
const mostPixels = 2 ** 28;

/**
 * A figure as PNG bytes.
 *
 * @throws LensError `bad-argument` when the scale is out of its range; `bad-size` when the PNG would have more than 2^28 pixels; the
 * signal's reason when aborted.
 * @public
 */
export async function toPNG(figure: Figure, { scale = 2, signal }: PNGOptions = {}): Promise<Bytes> {
  if (!(scale > 0 && scale <= 16)) throw new LensError("bad-argument", `scale is above 0 and at most 16; got ${scale}`);
  const pixels = figure.width * figure.height * scale ** 2;
  if (!(pixels <= mostPixels)) {
    throw new LensError(
      "bad-size",
      `"${figure.title}" is ${figure.width} × ${figure.height}, too large for a PNG at scale ${scale}; give a smaller scale, or use its SVG`,
    );
  }
  signal?.throwIfAborted();
  const drawing = { svg: toSVG(figure), scale };
  const turn = last.then(() => {
    signal?.throwIfAborted();
    return draw(drawing, signal);
  });
  last = turn.catch(() => {});
  return turn;
}

/** Drawings take turns: one fills the memory that the rasteriser has. */
let last: Promise<unknown> = Promise.resolve();
let worker: Worker | undefined;

async function draw(drawing: Drawing, signal: AbortSignal | undefined): Promise<Bytes> {
  const script = workerScript("draw");
  if (!script) return drawPNG(drawing.svg, drawing.scale);
  // What this process was started with (a script of its own, loaders) is not for the worker.
  worker ??= new Worker(script, { execArgv: [] });
  const drawn = await answerOf(worker, drawing, signal);
  if ("png" in drawn) return drawn.png;
  throw new LensError("bad-argument", `the figure cannot be drawn (${drawn.failed}); use its SVG`);
}

/** What the worker answers; an abort ends the worker, and the next drawing starts another. */
function answerOf(drawer: Worker, drawing: Drawing, signal: AbortSignal | undefined): Promise<Drawn> {
  // A worker that waits for work keeps no process alive.
  drawer.ref();
  const listening = new AbortController();
  const until = { signal: listening.signal };
  const answer = Promise.race([
    once(drawer, "message", until).then(([drawn]) => drawn as Drawn),
    once(drawer, "exit", until).then(() => {
      throw new LensError("engine", "the worker that draws ended; draw it again");
    }),
    ...(signal ? [once(signal, "abort", until).then(() => signal.throwIfAborted())] : []),
  ]) as Promise<Drawn>;
  drawer.postMessage(drawing);
  return answer
    .catch((error: unknown) => {
      worker = undefined;
      void drawer.terminate();
      throw error;
    })
    .finally(() => {
      listening.abort();
      drawer.unref();
    });
}
