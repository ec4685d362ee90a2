// The test suites, and how one is run and counted.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath } from "./chromium.mjs";
import { root, run } from "./process.mjs";

const configs = {
  node: "vitest.config.ts",
  browser: "vitest.browser.config.ts",
  built: "vitest.built.config.ts",
  consumers: "vitest.consumers.config.ts",
};

/** Why a suite cannot run here, or undefined when it can. */
export function reasonToSkip(suite) {
  if (suite === "node") return undefined;
  if (!hasTests(join(root, "test", suite))) return `test/${suite} has no tests`;
  if (suite === "browser" && !chromiumPath()) return "no chromium on PATH or in CHROMIUM_PATH";
  return undefined;
}

/**
 * Runs one suite with Vitest and counts from its JSON report. A run that ends badly without a failed test (a file that does
 * not load, an unhandled rejection, no report at all) counts as a failure each.
 */
export async function runSuite(suite, args = []) {
  const folder = mkdtempSync(join(tmpdir(), "convlens-"));
  const report = join(folder, "report.json");
  const words = ["vitest", "run", "--config", configs[suite], "--reporter=default", "--reporter=json"];
  const command = [...words, `--outputFile.json=${report}`, ...args].map(quote).join(" ");
  const code = await run(command, { env: { CI: "1" } });
  const counts = count(report);
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** `N passed, N failed`, and what was skipped if anything was. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
}

function count(report) {
  let json;
  try {
    json = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const broken = json.testResults.filter((file) => file.status === "failed" && !file.assertionResults.some(isFailed));
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests + broken.length,
    skipped: json.numPendingTests + json.numTodoTests,
  };
}

const isFailed = (test) => test.status === "failed";

function hasTests(folder) {
  try {
    return readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith(".test.ts"));
  } catch {
    return false;
  }
}

function quote(word) {
  return process.platform === "win32" ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
