/** Every case of the suite, free of any test runner: Node runs them under vitest, the browser inside a page. */
import { behaviourCases } from "./behaviour-cases.js";
import type { ConformanceCase } from "./case.js";
import { stepCases } from "./step-cases.js";

/** The suite. */
export const conformanceCases: readonly ConformanceCase[] = [...stepCases, ...behaviourCases];
