import type { ViteUserConfig } from "vitest/config";

/** Tests that run in Node against `src`. */
const config: ViteUserConfig = {
  // Tests read a network that an example writes, which imports the package by its name.
  resolve: { alias: { convlens: new URL("./src/index.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/built/**", "test/browser/**", "test/consumers/**", "**/node_modules/**"],
    testTimeout: 30_000,
  },
};
export default config;
