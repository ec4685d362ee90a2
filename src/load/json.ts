/** Parsed JSON, read without trusting it. */

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; a field may be absent. */
export type JsonObject = { readonly [field: string]: Json | undefined };

/** Whether a value is a JSON object (and no array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is an array. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A value as JSON, cut to a length that fits one sentence. */
export function shortJson(value: unknown, most = 80): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
