/** What only browsers can do. */
export { type ModelSource, open } from "./open.js";
export { type PhotoSource, photos } from "./photos.js";
