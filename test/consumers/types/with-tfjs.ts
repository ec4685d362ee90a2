// The types of TensorFlow.js are the caller's.
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type Network, open, toLayersModel } from "convlens";

export const there = (net: Network): Promise<LayersModel> => toLayersModel<LayersModel>(net);
export const back = (model: LayersModel): Promise<Network> => open(model);
