import type { ViteUserConfig } from "vitest/config";

/** Tests that run in Node against `src`. */
const config: ViteUserConfig = {
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/built/**", "test/browser/**", "**/node_modules/**"],
    testTimeout: 30_000,
  },
};
export default config;
