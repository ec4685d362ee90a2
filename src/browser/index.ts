/** What browsers do in a way of their own. */
export { visualize } from "../optvis/visualize.js";
export { type ModelSource, open } from "./open.js";
export { type PhotoSource, photos } from "./photos.js";
