/** Thrown by a reader where a node cannot be computed here; it becomes opaque, with this reason. */
export class CannotRead extends Error {}
