/** Names for the record: a maker, its main numbers, and whatever of its options is not at its default. */

/** `adam(0.05, beta1 0.8)`. */
export function nameOf(
  maker: string,
  main: readonly (string | number)[],
  options: Readonly<Record<string, unknown>> = {},
  defaults: Readonly<Record<string, unknown>> = {},
): string {
  const told = Object.entries(options).filter(([key, value]) => value !== undefined && value !== defaults[key]);
  return `${maker}(${[...main, ...told.map(([key, value]) => `${key} ${String(value)}`)].join(", ")})`;
}
