/**
 * What units of a first layer look for needs no ascent: their weights are a picture. The weight of a colour at a place, over the
 * unit's largest, about middle grey:
 *
 *     pixel[r, c, colour] = 1/2 + w[r, c, colour] / (2 · max |w|)
 */
import { createImage, type Image } from "../core/image.js";
import { channelsOf } from "../core/shape.js";
import { formatUnit } from "../core/unit.js";
import { checkNetwork, type Network } from "../network/network.js";
import { channelMap } from "../network/preprocessing.js";
import { type LayerWeights, layerWeights } from "./layer-weights.js";

/**
 * The filters of a layer that reads the image, as pictures by unit: `[height, width, colours]` of the kernel, red first in whatever
 * order the network is fed, 0.5 where the weight is 0. Nothing for a layer that reads other units or has no weights, or an image that
 * is neither grey nor of three colours.
 *
 * @throws LensError `unknown-layer`.
 * @public
 */
export function filterImages(net: Network, layer: string): Record<string, Image> {
  checkNetwork(net);
  const { name, kernel } = net.layer(layer);
  if (kernel === null) return {};
  const reader = layerWeights(net, name, "folded");
  const colours = channelsOf(net.input.shape);
  const ofImage = reader.sources.length === colours && reader.sources.every(({ kind }) => kind === "input");
  if (!ofImage || (colours !== 1 && colours !== 3)) return {};
  const places = channelMap(net.input.preprocessing, colours);
  return Object.fromEntries(
    Array.from({ length: reader.outputs }, (_, channel) => [
      formatUnit({ layer: reader.layer, channel }),
      picture(reader, channel, places),
    ]),
  );
}

function picture(
  reader: LayerWeights,
  channel: number,
  places: readonly { readonly from: number; readonly gain: number }[],
): Image {
  const { height, width } = reader;
  const colours = places.length;
  const weights = new Float32Array(height * width * colours);
  const [first, end] = reader.range(channel);
  for (let i = first; i < end; i++) {
    const { from, gain } = places[i]!;
    reader.kernel(channel, i).forEach((w, tap) => {
      weights[tap * colours + from] = gain * w;
    });
  }
  const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0) || 1;
  return createImage(
    height,
    width,
    colours as 1 | 3,
    weights.map((w) => 0.5 + w / (2 * largest)),
  );
}
