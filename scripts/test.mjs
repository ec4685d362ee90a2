// npm test, npm run test:browser, npm run test:built, npm run test:consumers: one suite, closed by one plain line that counts.
// node scripts/test.mjs [node|browser|built|consumers] [Vitest's own arguments]
import { closingLine, reasonToSkip, runSuite } from "./suites.mjs";

const [first, ...rest] = process.argv.slice(2);
const named = ["node", "browser", "built", "consumers"].includes(first);
const suite = named ? first : "node";
const args = named ? rest : process.argv.slice(2);

const reason = reasonToSkip(suite);
if (reason) console.log(`skipped: ${reason}`);
const counts = reason ? { passed: 0, failed: 0, skipped: 1 } : await runSuite(suite, args);
console.log(closingLine(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
