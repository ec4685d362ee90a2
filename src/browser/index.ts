/** What only browsers can do. */
export { type ModelSource, open } from "./open.js";
