// Figures draw saved results: what `convlens/figure` runs must lead to no engine. Types leave nothing behind when compiled, so
// this check looks at the compiled imports only, which the main configuration cannot do.
const { options } = require("./.dependency-cruiser.cjs");

module.exports = {
  forbidden: [
    {
      name: "figures-without-engines",
      comment: "src/figure/ must not lead to src/engine/ or to TensorFlow.js, by any way.",
      severity: "error",
      from: { path: "^src/figure/" },
      to: { path: "^src/engine/|@tensorflow/", reachable: true },
    },
  ],
  options: { ...options, tsPreCompilationDeps: false },
};
