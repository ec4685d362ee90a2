import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { doctor } from "../../src/doctor/doctor.js";
import { open } from "../../src/node/open.js";
import { photos } from "../../src/node/photos.js";
import { hasShared, shared } from "../load/shared.js";
import { broken } from "./broken.js";
import { tinyLabels } from "./faults.js";

describe.skipIf(!hasShared)("doctor, of a real network with photographs,", () => {
  it.each([
    ["tinyvgg", "unit", tinyLabels, 12],
    ["resnet20-cifar10", "torch", undefined, 12],
    ["vgg19-block1to3", "caffe", undefined, 8],
  ])("finds the preprocessing of %s: %s", { timeout: 120_000 }, async (name, wanted, names, count) => {
    const net = await open(shared("models", name));
    const { preprocessing, findings } = await doctor(net, {
      photos: photos(shared("photos", "caltech101")),
      labels: names,
      count: 12,
    });
    expect(preprocessing!.best.name).toBe(wanted);
    expect(findings.some(({ kind }) => kind === "preprocessing")).toBe(true);
  });

  it("finds the preprocessing of squeezenet1.0, and its labels off by one", { timeout: 240_000 }, async () => {
    const names = Object.values(
      JSON.parse(await readFile(shared("models", "imagenet_labels.json"), "utf8")) as object,
    ) as string[];
    const net = await open(shared("models", "squeezenet1.0"));
    const diagnosis = await doctor(net, { photos: photos(shared("photos", "caltech101")), labels: names, count: 12 });
    expect(diagnosis.preprocessing).toMatchObject({ sure: true, best: { name: "mean-over-255" } });
    expect(diagnosis.labels).toMatchObject({ offset: 1, accuracyAtZero: 0 });
    expect(
      diagnosis.findings
        .filter(({ severity }) => severity === "error")
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(["label-offset", "preprocessing"]);
  });

  it("says nothing of a preprocessing that is stated and right, and contradicts a wrong one", async () => {
    const path = shared("models", "resnet20-cifar10");
    const options = { photos: photos(shared("photos", "kodak")), count: 12 };
    const right = await doctor(await open(path, { preprocessing: "torch" }), options);
    expect(right.findings.filter(({ kind }) => kind === "preprocessing")).toEqual([]);
    const wrong = await doctor(await open(path, { preprocessing: "caffe" }), options);
    expect(wrong.findings[0]).toMatchObject({ kind: "preprocessing", severity: "error" });
    expect(wrong.findings[0]!.message).toMatch(/stated to be "caffe".*but photographs fit "torch"/);
  });

  it("finds a batch norm that was saved in training mode by what it is fed", async () => {
    const net = broken<"norm">(
      await open(shared("models", "resnet20-cifar10"), { preprocessing: "torch" }),
      "l2b0_conv1_bn",
      ({ mean, variance }) => ({ mean: mean.map((m) => m + 40), variance: variance.map((v) => v * 100) }),
    );
    const { findings } = await doctor(net, { photos: photos(shared("photos", "kodak")), count: 8 });
    const [found] = findings.filter(({ kind }) => kind === "training-mode");
    expect(found!.message).toContain('"l2b0_conv1_bn"');
  });
});
