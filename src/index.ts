/**
 * A lens on convolutional networks: slice filters, see what features look for, grow circuits, find the symmetries in the
 * weights.
 *
 * @packageDocumentation
 */
export * from "./node/index.js";
export * from "./surface.js";
