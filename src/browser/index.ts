/** What browsers do in a way of their own. */
export { visualize } from "../optvis/visualize.js";
export { open } from "./open.js";
export { photos } from "./photos.js";
