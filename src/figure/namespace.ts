/** The figures one picks from, under one name: `figure.kernel`, `figure.inputs`, `figure.lab`. */
export { inputs } from "./inputs.js";
export { lab } from "./lab.js";
export { kernel } from "./tile.js";
