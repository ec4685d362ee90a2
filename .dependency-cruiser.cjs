// Folder order is import order: a folder imports itself and the folders before it in this list.
const rooms = [
  "core",
  "math",
  "network",
  "load",
  "engine",
  "weights",
  "optvis",
  "dataset",
  "dictionary",
  "doctor",
  "circuit",
  "equivariance",
  "lab",
  "reproduce",
  "results",
  "figure",
  "(?:node|browser)",
];

const layers = rooms.slice(0, -1).map((room, i) => ({
  name: `layer-${room}`,
  comment: `${room}/ may import only itself and the folders before it: ${rooms.slice(0, i).join(", ") || "none"}.`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^src/", pathNot: `^src/(?:${rooms.slice(0, i + 1).join("|")})/` },
}));

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Modules must not depend on each other in a circle.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "known-rooms",
      comment: "Every folder has a place in the order; add a new one to the list in this file.",
      severity: "error",
      from: { path: "^src/[^/]+/", pathNot: `^src/(?:${rooms.join("|")}|cli)/` },
      to: {},
    },
    ...layers,
    {
      name: "layer-node",
      comment: "node/ must not import browser/, cli/ or a barrel.",
      severity: "error",
      from: { path: "^src/node/" },
      to: { path: "^src/(?:browser/|cli/|[^/]+$)" },
    },
    {
      name: "layer-browser",
      comment: "browser/ must not import node/, cli/ or a barrel.",
      severity: "error",
      from: { path: "^src/browser/" },
      to: { path: "^src/(?:node/|cli/|[^/]+$)" },
    },
    {
      name: "thin-cli",
      comment: "cli/ calls only the public surface: src/index.ts, src/node/ and src/figure/index.ts.",
      severity: "error",
      from: { path: "^src/cli/" },
      to: { path: "^src/", pathNot: "^src/(?:cli/|node/|index\\.ts$|figure/index\\.ts$)" },
    },
    {
      name: "no-barrel",
      comment: "The barrels are for users and for cli/; import the module that has what is needed.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/index[^/]*$" },
    },
    {
      name: "tfjs-behind-the-doors",
      comment: "Only load/ and engine/ may import TensorFlow.js.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(?:load|engine)/" },
      to: { path: "@tensorflow/" },
    },
    {
      name: "no-dev-dependencies",
      comment: "What is shipped may import only dependencies and peers.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm", "npm-peer", "npm-optional"] },
    },
    {
      name: "no-unknown-packages",
      comment: "An import that is in no section of package.json.",
      severity: "error",
      from: { path: "^src/" },
      // peerDependenciesMeta makes a declared optional peer look like "npm-no-pkg" as well as "npm-peer".
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm", "npm-peer", "npm-optional"] },
    },
    {
      name: "resolvable",
      comment: "An import that leads nowhere; optional peers need not be installed.",
      severity: "error",
      from: { path: "^src/" },
      to: { couldNotResolve: true, pathNot: "^(?:h5wasm|sharp|@tensorflow/)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.generated\\.ts$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
