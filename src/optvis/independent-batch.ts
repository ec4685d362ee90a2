/** Several pictures in one climb, each as it would be alone. */
import { createRandom } from "../core/random.js";
import { steppersApart } from "./optimizer/optimizer.js";
import { picturesApart } from "./param/param.js";
import type { AscentSettings } from "./preset.js";

/** Settings under which the pictures of a batch do not know of each other. */
export function independentBatch(settings: AscentSettings, count: number, seed: number): AscentSettings {
  // The first draws from the stream that goes on to draw the transforms, as it would alone; the others from copies of it.
  const copies = Array.from({ length: count - 1 }, () => createRandom(seed));
  return {
    ...settings,
    param: {
      name: settings.param.name,
      prepare: (canvas, random) => picturesApart(settings.param, [random, ...copies]).prepare(canvas, random),
    },
    optimizer: steppersApart(settings.optimizer, count),
  };
}
