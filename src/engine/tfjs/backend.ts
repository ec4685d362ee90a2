/**
 * The door to TensorFlow.js: its core and one backend, loaded only when an engine asks for them, and borrowed only while
 * steps are being computed. TensorFlow.js has one current backend for everybody; whatever the caller had chosen is current
 * again whenever the caller's own code runs.
 */
import { LensError } from "../../core/errors.js";
import { loadPackage, type OptionalPackage, packageError } from "../../core/packages.js";
import { withGPU } from "./node-webgpu.js";

/** The functions of TensorFlow.js. */
export type Tf = typeof import("@tensorflow/tfjs-core");

/**
 * Backends of TensorFlow.js that can run a network.
 *
 * @public
 */
export type TfjsBackend = "wasm" | "cpu" | "webgl" | "webgpu";

/**
 * TensorFlow.js with a backend ready for `onBackend`. Backends start one after another, because TensorFlow.js forgets one
 * that is still starting when the next begins.
 *
 * @throws LensError `engine` when a package is not installed or the backend does not start here.
 */
export function startBackend(name: TfjsBackend): Promise<Tf> {
  const started = starting.then(() => (name === "webgpu" ? withGPU(() => start(name)) : start(name)));
  starting = started.catch(() => {});
  return started;
}
let starting: Promise<unknown> = Promise.resolve();

/**
 * Computes with a backend as the current one, and gives the turn back to the one that was. The task must not await: between
 * switching there and back nobody else runs.
 */
export function onBackend<T>(tf: Tf, name: TfjsBackend, task: () => T): T {
  const before = tf.getBackend() as string | undefined;
  if (before === name) return task();
  switchTo(tf, name);
  try {
    return task();
  } finally {
    // One that did not start cannot have the turn back.
    if (before && tf.engine().registry[before]) switchTo(tf, before);
  }
}

/** A backend that has started becomes current before `setBackend` returns; its promise says nothing new. */
function switchTo(tf: Tf, name: string): void {
  void tf.setBackend(name);
}

async function start(name: TfjsBackend): Promise<Tf> {
  const tf = await load<Tf>("@tensorflow/tfjs-core", name);
  if (!tf.findBackendFactory(name)) await load(`@tensorflow/tfjs-backend-${name}`, name);
  if (!(await hasStarted(tf, name))) {
    throw new LensError(
      "engine",
      `the ${name} backend of TensorFlow.js does not start on this machine; choose another engine`,
    );
  }
  // With none current, TensorFlow.js would start backends of its choice anew at its next call, this one too.
  if (!tf.getBackend()) switchTo(tf, name);
  if (name === "webgl" && !tf.env().getBool("WEBGL_RENDER_FLOAT32_ENABLED")) {
    throw new LensError(
      "engine",
      "WebGL computes with 16-bit numbers on this machine, too few for gradients; choose another engine",
    );
  }
  return tf;
}

/** Why the packages of a backend cannot be loaded; `null` where they can. */
export async function whyNoPackages(name: TfjsBackend): Promise<string | null> {
  try {
    await load("@tensorflow/tfjs-core", name);
    await load(`@tensorflow/tfjs-backend-${name}`, name);
    return null;
  } catch (error) {
    return (error as LensError).message;
  }
}

/** Starts a backend without making it current, unlike `setBackend`, which leaves nothing current when it fails. */
async function hasStarted(tf: Tf, name: TfjsBackend): Promise<boolean> {
  if (!tf.findBackendFactory(name)) return false;
  // `null` stands for "is starting"; only then does `ready` wait for it rather than choose a backend.
  if ((tf.findBackend(name) as object | null | undefined) === null) await tf.ready();
  return Boolean(tf.engine().registry[name]);
}

async function load<T>(name: OptionalPackage, backend: TfjsBackend): Promise<T> {
  try {
    const module = await loadPackage<T & { default?: T }>(name);
    // Node gives a CommonJS package as `default` where it cannot tell the names in it.
    return "default" in module && module.default && !("setBackend" in module) ? module.default : module;
  } catch (cause) {
    const names = ["@tensorflow/tfjs-core", `@tensorflow/tfjs-backend-${backend}`] as const;
    throw packageError("engine", `the engine tfjs-${backend} needs the package ${name}`, { names, cause });
  }
}
