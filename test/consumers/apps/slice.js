import { inputs, slice } from "convlens";
import { network } from "./network.js";

const net = network();
const { data } = slice(net, "conv:1", "image:0");
globalThis.told = `slice ${data[0].toFixed(1)}, inputs ${inputs(net, "conv:1").length}`;
console.log(globalThis.told);
