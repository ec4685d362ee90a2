/** Angles as text. */

/** `22.5°`. */
export function degreesLabel(degrees: number): string {
  return `${Number(degrees.toFixed(1))}°`;
}
