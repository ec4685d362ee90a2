import type { Options } from "tsup";

const shared = { target: "es2022", clean: false } as const;
const entries = { index: "src/index.ts", "index.browser": "src/index.browser.ts", figure: "src/figure/index.ts" };

const config: Options[] = [
  {
    // ES modules stay one file each: a bundler leaves out the files whose exports nobody uses, and what those import.
    ...shared,
    entry: ["src/**/*.ts", "src/**/*.tsx"],
    format: "esm",
    bundle: false,
  },
  {
    // CommonJS has its dependencies inside, since some of them are ES modules only, which Jest cannot require.
    ...shared,
    entry: { index: entries.index, figure: entries.figure },
    format: "cjs",
    inject: ["scripts/text-coders.mjs"],
    noExternal: [/.*/],
    shims: true,
    treeshake: true,
  },
  {
    ...shared,
    entry: { "index.browser": entries["index.browser"] },
    format: "cjs",
    platform: "browser",
    inject: ["scripts/text-coders.mjs"],
    noExternal: [/.*/],
    treeshake: true,
  },
  {
    // One file for pages without a bundler.
    ...shared,
    entry: { "convlens.min": entries["index.browser"] },
    format: "esm",
    platform: "browser",
    noExternal: [/.*/],
    splitting: false,
    minify: true,
    outExtension: () => ({ js: ".js" }),
  },
  { entry: entries, format: ["esm", "cjs"], dts: { only: true }, clean: false },
];
export default config;
