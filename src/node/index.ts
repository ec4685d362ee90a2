/** What only Node can do: files. */
export { type ModelSource, open } from "./open.js";
export { type PNGOptions, toPNG } from "./png.js";
export { checkWritable, save, saveAll } from "./save.js";
