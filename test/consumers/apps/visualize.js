import { visualize } from "convlens";
import { figure, toSVG } from "convlens/figure";
import { network } from "./network.js";

const net = network();
const picture = await visualize(net, "conv:1", { steps: 3, size: 24 });
const svg = toSVG(figure.contactSheet([{ image: picture.image, name: "conv:1" }]));
globalThis.told = `visualize ${picture.status}, ${picture.engine.name}, figure ${svg.startsWith("<svg")}`;
console.log(globalThis.told);
