/** Envelopes of results made by hand. */
import type { RunResult } from "../../src/network/result.js";

/** The envelope of a result of a model called "by hand", run on the cpu engine. */
export function byHand<Kind extends string, Settings extends object>(
  kind: Kind,
  settings: Settings,
): RunResult<Kind, Settings> {
  return {
    kind,
    version: 1,
    library: "0.0.0",
    model: {
      name: "by hand",
      fingerprint: "0",
      preprocessing: { name: "unit", order: "rgb", scale: 1, mean: [0], std: [1] },
      stated: true,
    },
    engine: { name: "cpu", arithmetic: null },
    settings,
  };
}
