/**
 * The class of a layer, by which it is read. Keras writes beside it where it comes from: `module`, `"keras.layers"`, and for what
 * somebody registered `registered_name`, `"Mine>Conv2D"`. A class of one's own may be called as one of Keras and compute anything.
 */
import type { JsonObject } from "./json.js";

/** Packages whose classes are Keras's own, with what lies inside them. */
const ofKeras = /^(?:tf_keras|keras|keras_core|tensorflow\.keras|tensorflow\.python\.keras)(?:\.|$)/;

/** The name of a layer's class; one that is not Keras's own is called by where it comes from: `"Mine>Conv2D"`. */
export function classOf(layer: JsonObject | undefined): string {
  const name = String(layer?.class_name ?? layer?.className ?? "");
  const { module, registered_name: registered } = layer ?? {};
  if (typeof registered === "string" && registered.includes(">")) return registered;
  // Keras leaves the module out where it cannot be imported, as that of a script.
  const isOwn = typeof module === "string" ? !ofKeras.test(module) : module === null && typeof registered === "string";
  return isOwn ? `${typeof module === "string" ? module : "unknown"}>${name}` : name;
}
