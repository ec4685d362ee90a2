import type { ViteUserConfig } from "vitest/config";

/** Tests of `dist`, as its users get it; run after `npm run build`. */
const config: ViteUserConfig = {
  test: { include: ["test/built/**/*.test.ts"], testTimeout: 60_000 },
};
export default config;
