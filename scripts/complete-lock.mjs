// npm run lock: adds to package-lock.json the platform packages that npm left out.
//
// A registry that does not serve the packages of other platforms makes npm drop them from the lock, and `npm ci` then
// refuses that lock. Their parents name them with an exact version, and their names say where they run, so an entry can be
// written without asking anyone; only its integrity stays out, until an install on a registry that has it writes it.
//   --check   writes nothing; fails when something is missing
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.mjs";

const file = join(root, "package-lock.json");
const text = readFileSync(file, "utf8");
const lock = JSON.parse(text);
const missing = missingEntries(lock.packages);

const unclear = missing.filter(({ entry }) => !entry);
for (const { path, range } of unclear) console.error(`cannot tell version or platform of ${path} (${range})`);

if (process.argv.includes("--check")) {
  for (const { path } of missing) console.error(`missing: ${path}`);
  console.log(`${missing.length} platform packages missing from package-lock.json`);
  if (missing.length > 0) process.exitCode = 1;
} else {
  for (const { path, entry } of missing) if (entry) lock.packages[path] = entry;
  const [rootEntry, ...rest] = Object.entries(lock.packages);
  const sorted = rest.sort(([a], [b]) => a.localeCompare(b, "en"));
  if (missing.length > 0) {
    writeFileSync(
      file,
      `${JSON.stringify({ ...lock, packages: Object.fromEntries([rootEntry, ...sorted]) }, null, 2)}\n`,
    );
  }
  console.log(`${missing.length - unclear.length} platform packages added to package-lock.json`);
  if (unclear.length > 0) process.exitCode = 1;
}

function missingEntries(packages) {
  const found = new Map();
  for (const [parent, { optionalDependencies = {}, engines, dev }] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      const places = placesOf(parent, name);
      if (places.some((place) => place in packages)) continue;
      const path = `node_modules/${name}`;
      found.set(path, { path, range, entry: entryOf(name, range, { engines, dev }) });
    }
  }
  return [...found.values()];
}

/** Where Node would look for a package from its parent's folder. */
function placesOf(parent, name) {
  const folders = parent.split("/node_modules/");
  const nested = folders.map((_, i) => `${folders.slice(0, i + 1).join("/node_modules/")}/node_modules/${name}`);
  return [`node_modules/${name}`, ...(parent ? nested : [])];
}

function entryOf(name, version, { engines, dev }) {
  const platform = platformOf(name);
  if (!platform || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) return undefined;
  const { os, cpu, libc } = platform;
  return {
    version,
    cpu: [cpu],
    ...(dev && { dev }),
    ...(libc && { libc: [libc] }),
    optional: true,
    os: [os],
    ...(engines && { engines }),
  };
}

/** `…-linux-arm64-musl` → where it runs. */
function platformOf(name) {
  const systems = "android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32";
  const chips = "arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el";
  const match = new RegExp(`[-/](${systems})-(${chips})(?:-?(gnueabihf|musleabihf|eabi|gnu|musl|msvc))?$`).exec(name);
  if (!match) return undefined;
  const [, os, cpu, abi = ""] = match;
  const libc = os === "linux" ? { gnu: "glibc", musl: "musl" }[abi] : undefined;
  return { os, cpu, libc };
}
