/** Each fault that networks have in practice, put into real ones, is found; the whole table is `bench/doctor.md`. */
import { describe, expect, it } from "vitest";
import { doctor } from "../../src/doctor/doctor.js";
import { preprocessing } from "../../src/network/preprocessing.js";
import { open } from "../../src/node/open.js";
import { photos } from "../../src/node/photos.js";
import { hasShared, shared } from "../load/shared.js";
import { faultsFor, stating, tinyLabels } from "./faults.js";

if (!hasShared)
  console.log("faults: the networks are not at hand (set CONVLENS_SHARED to the folder that has models/)");

describe.skipIf(!hasShared).each([
  ["resnet20-cifar10", "torch", undefined],
  ["tinyvgg", "unit", tinyLabels],
] as const)("doctor, of %s,", (name, right, labels) => {
  it.each([[labels], [undefined]])("finds no error in it as it is, with labels %j", async (names) => {
    const net = stating(await open(shared("models", name)), preprocessing(right));
    const pictures = photos(shared("photos", "caltech101"));
    const { findings } = await doctor(net, { photos: pictures, count: 12, labels: names });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it.each(faultsFor(preprocessing(right)).map((fault) => [fault.name, fault] as const))(
    "finds %s",
    { timeout: 60_000 },
    async (_, fault) => {
      const net = stating(await open(shared("models", name)), preprocessing(right));
      const faulty = fault.network(net);
      if (!faulty) return;
      const pictures = photos(shared("photos", "caltech101"));
      const given = fault.needsPhotos ? { photos: fault.photos?.(pictures) ?? pictures, count: 12, labels } : {};
      const { layer, message } = fault.tells(net);
      expect((await doctor(faulty, given)).findings).toContainEqual(
        expect.objectContaining({
          kind: fault.kind,
          ...(layer === undefined ? {} : { layer }),
          ...(message === undefined ? {} : { message: expect.stringMatching(message) as string }),
        }),
      );
    },
  );
});
