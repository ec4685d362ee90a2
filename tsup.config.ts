import type { Options } from "tsup";

const shared = { target: "es2022", sourcemap: true, clean: false } as const;

const config: Options[] = [
  {
    // ES modules stay one file each: a bundler leaves out the files whose exports nobody uses, and what those import.
    ...shared,
    entry: ["src/**/*.ts", "src/**/*.tsx"],
    format: "esm",
    bundle: false,
  },
  {
    ...shared,
    entry: { index: "src/index.ts", figure: "src/figure/index.ts" },
    format: "cjs",
    shims: true,
    treeshake: true,
  },
  {
    entry: { index: "src/index.ts", "index.browser": "src/index.browser.ts", figure: "src/figure/index.ts" },
    format: ["esm", "cjs"],
    dts: { only: true },
    clean: false,
  },
];
export default config;
