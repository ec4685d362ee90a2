/**
 * Optional packages, loaded by name at their first use. No bundler follows such an import, so that an app is built without them;
 * an app that is bundled and uses one gives it with `provide`.
 */
import { LensError, type LensErrorCode } from "./errors.js";

/**
 * Names of the packages that parts of the library load when they are used.
 *
 * @public
 */
export type OptionalPackage =
  | "@tensorflow/tfjs-core"
  | "@tensorflow/tfjs-layers"
  | "@tensorflow/tfjs-backend-cpu"
  | "@tensorflow/tfjs-backend-wasm"
  | "@tensorflow/tfjs-backend-webgl"
  | "@tensorflow/tfjs-backend-webgpu"
  | "@resvg/resvg-wasm"
  | "h5wasm"
  | "pdfkit"
  | "sharp"
  | "webgpu"
  | "zarrita";

type Loaders = { [Name in OptionalPackage]?: (() => Promise<unknown>) | undefined };

/** Several copies of the library in one program, such as both builds of it, have what was given to any of them. */
const key = Symbol.for("convlens.packages");
const scope = globalThis as { [key]?: Loaders };

/**
 * Gives optional packages to the library, by functions that import them. Needed in apps that are bundled; elsewhere installed packages
 * are found by their names.
 *
 * @example
 * ```ts
 * provide({
 *   "@tensorflow/tfjs-core": () => import("@tensorflow/tfjs-core"),
 *   "@tensorflow/tfjs-backend-webgl": () => import("@tensorflow/tfjs-backend-webgl"),
 * });
 * ```
 * @public
 */
export function provide(packages: { readonly [Name in OptionalPackage]?: () => Promise<unknown> }): void {
  scope[key] = { ...scope[key], ...packages };
}

/** Loads an optional package: the one given with `provide`, or the installed one. */
export async function loadPackage<T>(name: OptionalPackage): Promise<T> {
  const given = scope[key]?.[name];
  const loaded = await (given
    ? given()
    : import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name));
  return loaded as T;
}

const inNode = Boolean((globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node);

/** An error about an optional package that cannot be loaded: `what` needs it, and how it is installed or given. */
export function packageError(
  code: LensErrorCode,
  what: string,
  { names, cause }: { readonly names: readonly OptionalPackage[]; readonly cause: unknown },
): LensError {
  const install = `npm install ${names.join(" ")}`;
  const loaders = names.map((name) => `"${name}": () => import("${name}")`).join(", ");
  const how = inNode ? `run: ${install}` : `install it (${install}) and give it: provide({ ${loaders} })`;
  return new LensError(code, `${what}, which cannot be loaded; ${how}`, { cause });
}
