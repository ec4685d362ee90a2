/** Tests inside a headless Chromium (test/browser); those of Node have their own configuration. */
import type { ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = {
  test: { include: ["test/browser/**/*.test.ts"], testTimeout: 120_000, fileParallelism: false },
};

export default config;
