import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint } from "../../src/network/fingerprint.js";
import { createNetwork } from "../../src/network/network.js";
import { conv, network } from "./ops.js";

const make = (change: (kernel: Float32Array) => void = () => {}, more = {}) => {
  const draft = conv("c", "image", [3, 3, 2, 4], more);
  if (draft.kind === "conv") change(draft.kernel);
  return network([5, 5, 2], [draft]);
};

describe("fingerprint", () => {
  it("is 16 hexadecimal digits, the same on every machine", () => {
    expect(fingerprint(make())).toBe("54c7237bdbd42cf5");
  });

  it("is the same for equal networks, whatever they are called", () => {
    const net = make();
    expect(fingerprint(make())).toBe(fingerprint(net));
    expect(fingerprint(createNetwork("other", net.ops, net.input))).toBe(fingerprint(net));
  });

  it("does not depend on the order in which the fields of an operation were written", () => {
    const net = make();
    const turned = net.ops.map((op) => Object.fromEntries(Object.entries(op).reverse()) as unknown as typeof op);
    expect(fingerprint(createNetwork("n", turned, net.input))).toBe(fingerprint(net));
  });

  it("differs when any bit of any weight does", () => {
    fc.assert(
      fc.property(fc.nat(71), fc.nat(31), (at, bit) => {
        const other = make((kernel) => {
          new Uint32Array(kernel.buffer)[at]! ^= 1 << bit;
        });
        expect(fingerprint(other)).not.toBe(fingerprint(make()));
      }),
    );
  });

  it("differs when a name, a shape, a stride or an activation does, or when weights change places", () => {
    const renamed = network([5, 5, 2], [conv("d", "image", [3, 3, 2, 4])]);
    const swapped = make((kernel) => kernel.subarray(0, 2).reverse());
    const all = [
      make(),
      renamed,
      swapped,
      network([6, 5, 2], [conv("c", "image", [3, 3, 2, 4])]),
      make(undefined, { strides: [2, 1] }),
      make(undefined, { activation: { name: "relu" } }),
    ];
    expect(new Set(all.map(fingerprint)).size).toBe(all.length);
  });

  it("spreads: of all networks one bit apart no two agree", () => {
    const prints = new Set(
      Array.from({ length: 2304 }, (_, i) =>
        fingerprint(
          make((kernel) => {
            new Uint32Array(kernel.buffer)[i % 72]! ^= 1 << Math.floor(i / 72);
          }),
        ),
      ),
    );
    expect(prints.size).toBe(2304);
  });
});
