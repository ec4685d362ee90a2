// npm run check: every check in order; a failing one does not stop the next.
//   -- --only types,lint   these steps alone
//   -- --skip test         all but these
//   -- --ci                closes with the plain line `N passed, N failed`: tests one by one, every other step as one
//   -- --list              names the steps
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, run } from "./process.mjs";
import { closingLine, reasonToSkip, runSuite } from "./suites.mjs";

const suites = { test: "node", "test:browser": "browser", "test:built": "built", "test:consumers": "consumers" };
const order = [
  "lock:check",
  "kernels:check",
  "format:check",
  "lint",
  "types",
  "layers",
  "test",
  "test:browser",
  "build",
  "test:built",
  "test:consumers",
];
const ofDist = ["publint", "attw", "size", "api"];
const testsDist = ["test:built", "test:consumers"];
const steps = [...order, ...ofDist, "knip"];

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    skip: { type: "string" },
    ci: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

if (values.list) console.log(steps.join("\n"));
else await check(chosen());

async function check(names) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  for (const name of names) {
    console.log(`\n── ${name}`);
    const start = performance.now();
    const { counts, reason } = await step(name);
    for (const key of Object.keys(total)) total[key] += counts[key];
    const verdict = reason ? "SKIP" : counts.failed > 0 ? "FAIL" : "PASS";
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
    const note = reason ?? (name in suites ? closingLine(counts) : "");
    lines.push(`${verdict} ${seconds} s  ${name}${note && ` (${note})`}`);
    console.log(lines.at(-1));
  }
  console.log(`\n${lines.join("\n")}`);
  if (values.ci) console.log(closingLine(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

async function step(name) {
  const reason = name in suites ? reasonToSkip(suites[name]) : undefined;
  if (reason) return { counts: { passed: 0, failed: 0, skipped: 1 }, reason };
  if (name in suites) return { counts: await runSuite(suites[name]) };
  const code = await run(scripts[name]);
  return { counts: { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 } };
}

function chosen() {
  const only = namesIn("only");
  const skip = namesIn("skip") ?? [];
  const names = steps.filter((name) => (only?.includes(name) ?? true) && !skip.includes(name));
  // What reads dist needs one; asked for alone, it is built first.
  const readsDist = names.some((name) => ofDist.includes(name) || testsDist.includes(name));
  if (only && readsDist && !names.includes("build") && !existsSync(join(root, "dist"))) {
    names.splice(
      names.findIndex((name) => ofDist.includes(name) || testsDist.includes(name)),
      0,
      "build",
    );
  }
  return names;
}

function namesIn(option) {
  const names = values[option]?.split(",").map((name) => name.trim());
  const unknown = names?.filter((name) => !steps.includes(name));
  if (unknown?.length) {
    console.error(`unknown step ${unknown.join(", ")}; the steps are ${steps.join(", ")}`);
    process.exit(2);
  }
  return names;
}
