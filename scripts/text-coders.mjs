// Stands in for the text coders in CommonJS for browsers: jsdom has none, and packages make theirs when they are loaded.
class Missing {
  encode() {
    throw new Error("there is no TextEncoder here, as in jsdom; take it from node:util");
  }
  decode() {
    throw new Error("there is no TextDecoder here, as in jsdom; take it from node:util");
  }
}

export const TextEncoder = globalThis.TextEncoder ?? Missing;
export const TextDecoder = globalThis.TextDecoder ?? Missing;
