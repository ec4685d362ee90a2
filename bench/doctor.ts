/**
 * `node --import tsx bench/doctor.ts [part of a path …]`: what the doctor says of real networks, healthy and with each fault of
 * `test/doctor/faults.ts`. Prints the table of `bench/doctor.md`.
 */
import { readFile } from "node:fs/promises";
import { isAlike } from "../src/doctor/candidates.js";
import { doctor } from "../src/doctor/doctor.js";
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
type Case = readonly [path: string, right: PreprocessingName | Omit<Preprocessing, "name">, labels?: readonly string[]];
/** The networks, with the preprocessing they were trained with, as their sources state it, and names of their classes. */
const networks: readonly Case[] = [
  [shared("models", "tinyvgg"), "unit", tinyLabels],
  [shared("models", "resnet20-cifar10"), "torch"],
  [shared("models", "squeezenet1.0"), squeezenet, imagenet],
  [shared("models", "vgg19-block1to3"), "caffe"],
  [resnet50, "caffe", imagenet],
];
const count = 12;
const pictures = photos(shared("photos", "caltech101"));

console.log("| network | fault | found | what is said |\n| --- | --- | --- | --- |");
const asked = process.argv.slice(2);
for (const [path, choice, labels] of networks) {
  if (asked.length > 0 && !asked.some((part) => path.includes(part))) continue;
  const right = preprocessing(choice);
  const net = await open(path);
  const row = (fault: string, found: boolean, said: string | undefined): void =>
    console.log(`| ${net.name} | ${fault} | ${found ? "yes" : "**no**"} | ${said ?? ""} |`);

  const { preprocessing: verdict, labels: shift } = await doctor(net, { photos: pictures, count, labels });
  const alike = isAlike(verdict!.best.preprocessing, right);
  row("none: which preprocessing?", alike, `${verdict!.best.name}${verdict!.sure ? "" : ", not sure"}`);
  if (shift) row("none: labels", true, `offset ${shift.offset}, ${Math.round(100 * shift.accuracy)} % right`);
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
