/** Where the scripts of workers are. */
import { existsSync } from "node:fs";

/**
 * The file of a worker of this folder: beside this one, or, seen from the CommonJS build, among the modules of the other build. It is
 * `undefined` where it is in neither place, as in a bundle.
 */
export function workerScript(name: string): URL | undefined {
  const places = [`./${name}.js`, `./node/workers/${name}.js`].map((place) => new URL(place, import.meta.url));
  return places.find((place) => existsSync(place));
}
