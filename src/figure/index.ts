/** Drawing saved results: loads neither tfjs nor a model. */
export type { Kernel, Sign } from "../core/kernel.js";
export { type Lab, type LabInput, openLab, saveLab } from "../lab/saved.js";
export type { ContactSheetOptions, SheetPicture } from "./contact-sheet.js";
export { type Displayed, display } from "./display.js";
export { type FigureTable, type HTMLOptions, toHTML } from "./html.js";
export type { InputsFigureOptions } from "./inputs.js";
export { labPage } from "./lab-page.js";
export type { Figure, Mark } from "./mark.js";
export { figure } from "./namespace.js";
export { decodePNG, encodePNG } from "./picture.js";
export { toSVG } from "./svg.js";
export type { KernelFigureOptions } from "./tile.js";
