/**
 * The same surface in the browser.
 *
 * @packageDocumentation
 */
export * from "./browser/index.js";
export * from "./surface.js";
