import { figure, toSVG } from "convlens/figure";

const [from, to] = [
  { layer: "image", channel: 0 },
  { layer: "conv", channel: 1 },
];
const data = Float32Array.from({ length: 9 }, (_, i) => i - 4);
const svg = toSVG(figure.kernel({ from, to, height: 3, width: 3, data }));
globalThis.told = `figure ${svg.startsWith("<svg")}`;
console.log(globalThis.told);
