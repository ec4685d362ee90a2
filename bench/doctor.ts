/**
 * `node --import tsx bench/doctor.ts [part of a path …]`: what the doctor says of real networks, healthy and with each fault of
 * `test/doctor/faults.ts`. Prints the table of `bench/doctor.md`.
 */
import { readFile } from "node:fs/promises";
import { isAlike } from "../src/doctor/candidates.js";
import { doctor } from "../src/doctor/doctor.js";
import type { Diagnosis } from "../src/doctor/finding.js";
import type { Labels } from "../src/doctor/labels.js";
import { beatsChance } from "../src/doctor/predictions.js";
import type { Network } from "../src/network/network.js";
import type { PreprocessingName } from "../src/network/preprocessing.js";
import { preprocessing } from "../src/network/preprocessing.js";
import { open } from "../src/node/open.js";
import { photos } from "../src/node/photos.js";
import { faultsFor, stating, tinyLabels } from "../test/doctor/faults.js";
import { resnet50, shared } from "../test/load/shared.js";

type Preprocessing = Network["input"]["preprocessing"];

const squeezenet: Omit<Preprocessing, "name"> = {
  order: "rgb",
  scale: 255,
  mean: [123.68, 116.779, 103.939],
  std: [255, 255, 255],
};
const imagenet = Object.values(
  JSON.parse(await readFile(shared("models", "imagenet_labels.json"), "utf8")) as Record<string, string>,
);
interface Case {
  readonly path: string;
  /** The preprocessing of training, as the network's source states it. */
  readonly right: PreprocessingName | Omit<Preprocessing, "name">;
  /** Names of its classes, and at which output the first of them is. */
  readonly labels?: readonly string[];
  readonly offset?: number;
}
const networks: readonly Case[] = [
  { path: shared("models", "tinyvgg"), right: "unit", labels: tinyLabels, offset: 0 },
  { path: shared("models", "resnet20-cifar10"), right: "torch" },
  { path: shared("models", "squeezenet1.0"), right: squeezenet, labels: imagenet, offset: 1 },
  { path: shared("models", "vgg19-block1to3"), right: "caffe" },
  { path: resnet50, right: "caffe", labels: imagenet, offset: 0 },
];
/** Of the classes of TinyVGG the photographs have pizzas alone; these come near to others: boats, cups, and cars from the side. */
const nearTiny: Readonly<Record<string, number>> = { pizza: 2, ferry: 0, ketch: 0, schooner: 0, cup: 6, car_side: 9 };
const count = 12;
const pictures = photos(shared("photos", "caltech101"));

console.log("| network | fault | found | what is said |\n| --- | --- | --- | --- |");
const asked = process.argv.slice(2);
for (const { path, right: choice, labels, offset } of networks) {
  if (asked.length > 0 && !asked.some((part) => path.includes(part))) continue;
  const right = preprocessing(choice);
  const net = await open(path);
  const row = (fault: string, found: boolean | string, said: string | undefined): void =>
    console.log(`| ${net.name} | ${fault} | ${found === true ? "yes" : found || "**no**"} | ${said ?? ""} |`);
  const judged = async (pictured: string, names: Labels | undefined, most: number): Promise<Diagnosis> => {
    const diagnosis = await doctor(net, { photos: pictures, count: most, labels: names });
    const { best, sure } = diagnosis.preprocessing!;
    const isRight = isAlike(best.preprocessing, right);
    row(`none: which preprocessing?${pictured}`, isRight && (sure || "guessed right, not sure"), best.name);
    return diagnosis;
  };

  const { labels: shift } = await judged("", labels, count);
  if (path.includes("tinyvgg")) {
    await judged(" 60 photographs of near classes", ({ label }) => nearTiny[label ?? ""], 60);
  }
  if (shift) {
    const isKnown = beatsChance(shift.accuracy, shift.photos, net.layers.at(-1)!.output.at(-1)!);
    const percent = `${Math.round(100 * shift.accuracy)} % right`;
    row(
      "none: labels",
      isKnown && shift.offset === offset,
      `offset ${shift.offset}, ${percent}${isKnown ? "" : ", which may be chance"}`,
    );
  }
  const stated = stating(net, right);
  const healthy = await doctor(stated, { photos: pictures, count });
  const errors = healthy.findings.filter(({ severity }) => severity === "error");
  row("none, preprocessing stated", errors.length === 0, errors[0]?.message ?? "no error");

  for (const fault of faultsFor(right)) {
    const faulty = fault.network(stated);
    if (!faulty) continue;
    const renamed = labels && (fault.labels?.(labels) ?? labels);
    const given = fault.needsPhotos ? { photos: fault.photos?.(pictures) ?? pictures, count, labels: renamed } : {};
    const { findings } = await doctor(faulty, given);
    const { layer, message } = fault.tells(stated);
    const found = findings.find(
      (one) =>
        one.kind === fault.kind &&
        (layer === undefined || one.layer === layer) &&
        (message === undefined || message.test(one.message)),
    );
    row(fault.name, found !== undefined, found?.message ?? findings.map(({ kind }) => kind).join(", "));
  }
}
