/** From pictures in 0…1 to the network's input, and its adjoint. */
import type { Volume } from "../engine/engine.js";
import type { ImageInput } from "../network/network.js";
import { channelMap } from "../network/preprocessing.js";
import type { Pictures } from "./param/param.js";

/** The network's input for pictures in 0…1, after the network's own preprocessing. */
export function toInput(pictures: Pictures | Volume, input: ImageInput): Volume {
  const c = pictures.channels;
  const map = channelMap(input.preprocessing, c);
  const data = new Float32Array(pictures.data.length);
  for (let at = 0; at < data.length; at += c) {
    for (let k = 0; k < c; k++) {
      const { from, gain, offset } = map[k]!;
      data[at + k] = pictures.data[at + from]! * gain + offset;
    }
  }
  return { ...pictures, data };
}

/** Gradient of the pictures from the gradient of the input. */
export function toInputAdjoint(gradient: Float32Array, channels: number, input: ImageInput): Float64Array {
  const map = channelMap(input.preprocessing, channels);
  const back = new Float64Array(gradient.length);
  for (let at = 0; at < back.length; at += channels) {
    for (let k = 0; k < channels; k++) {
      const { from, gain } = map[k]!;
      back[at + from]! += gradient[at + k]! * gain;
    }
  }
  return back;
}
