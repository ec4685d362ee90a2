/** The tools that are tried: what is installed beside the library, in a folder each. */
export const tools = {
  bundlers: [
    "esbuild",
    "rollup",
    "@rollup/plugin-node-resolve",
    "@rollup/plugin-commonjs",
    "vite",
    "webpack",
    "webpack-cli",
  ],
  parcel: ["parcel"],
  next: ["next", "react", "react-dom"],
  types: ["typescript@latest", "typescript-5.6@npm:typescript@5.6", "@types/node@20"],
  jest: ["jest", "jest-environment-jsdom"],
  runtimes: ["deno", "bun"],
} as const;

/** Name of such a folder. */
export type Place = keyof typeof tools;

/** Where each folder is, or why it could not be made. */
export type Places = { readonly [Name in Place]: { readonly path: string } | { readonly reason: string } };
