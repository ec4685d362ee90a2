import type { Options } from "tsup";

const shared = { target: "es2022", sourcemap: true, treeshake: true, clean: false } as const;

const config: Options[] = [
  {
    ...shared,
    entry: {
      index: "src/index.ts",
      "index.browser": "src/index.browser.ts",
      figure: "src/figure/index.ts",
      cli: "src/cli/main.ts",
    },
    format: "esm",
    splitting: true,
  },
  {
    ...shared,
    entry: { index: "src/index.ts", figure: "src/figure/index.ts" },
    format: "cjs",
    shims: true,
  },
  {
    entry: { index: "src/index.ts", "index.browser": "src/index.browser.ts", figure: "src/figure/index.ts" },
    format: ["esm", "cjs"],
    dts: { only: true },
    clean: false,
  },
];
export default config;
