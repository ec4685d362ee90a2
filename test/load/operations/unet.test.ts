/** U-Nets of Keras, with enlarging and with transposed convolutions, forward and backward on every engine of Node. */
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../../src/engine/cpu/cpu.js";
import { compile } from "../../../src/engine/plan.js";
import { tfjsEngine } from "../../../src/engine/tfjs/tfjs.js";
import { wasmEngine } from "../../../src/engine/wasm/wasm.js";
import { open } from "../../../src/node/open.js";
import { demandSameRun } from "../../conformance/compare.js";
import { noise } from "../../load/tfjs.js";
import { hasShared, shared } from "../shared.js";

describe.skipIf(!hasShared)("a U-Net", () => {
  it.each(["unet", "unet_t"])("runs forward and backward alike on every engine: %s", async (name) => {
    const net = await open(shared("cases", "pictures", `${name}.keras`));
    expect(net.ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
    const plan = compile(net, [{ layer: "seg" }, { layer: "mid", channels: [3] }]);
    const input = { count: 1, height: 48, width: 48, channels: 3, data: noise(48 * 48 * 3, 1) };
    const reference = await cpuEngine().load(plan);
    for (const engine of [await wasmEngine({ threads: 1 }), await tfjsEngine({ backend: "wasm" })]) {
      const executable = await engine.load(plan);
      await demandSameRun(executable, reference, input, { forward: 1e-4, backward: 1e-4 });
      engine.dispose();
    }
  });
});
