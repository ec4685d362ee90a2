import type { ViteUserConfig } from "vitest/config";

/** Tests of the packed package in the tools that its users have; run after `npm run build`, needs the registry. */
const config: ViteUserConfig = {
  test: {
    include: ["test/consumers/**/*.test.ts"],
    globalSetup: ["test/consumers/setup.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
};
export default config;
