/**
 * Which preprocessing a network was made for. Every usual one is tried on photographs, and what the network shows is
 * weighed, in nats against each:
 *
 *     scaling    what the network's first operations do to pictures: with the preprocessing it should make a usual one
 *     labels     surprise at the right classes, beyond that of the best
 *     statistics mean over channels of (μ − μ₀)² / σ₀² + (ln σ² / σ₀²)²: what batch norms are fed, and what they remember
 *     rectifiers share of the first units that are always silent or never: a shifted input drives them to one side
 *     variety    how little predictions tell photographs apart
 *     order      of the first layer's weights, those of the blue channel are the smallest: blue is the blurred one
 */
import type { Image } from "../core/image.js";
import { type RunOptions, throwIfAborted, untilAborted } from "../core/run.js";
import type { Engine } from "../engine/engine.js";
import { resample } from "../math/resample.js";
import type { Network } from "../network/network.js";
import { type Candidate, candidatesFor, isAlike } from "./candidates.js";
import type { PreprocessingEvidence, PreprocessingVerdict } from "./finding.js";
import { againstScaling } from "./input-scaling.js";
import { shiftsFor } from "./labels.js";
import { beatsChance, probabilities, score, variety } from "./predictions.js";
import { meanOf, openProbe, type Probed, varianceOf } from "./probe.js";
import { probeSites } from "./probe-sites.js";

/** What is judged with. */
export interface EvidenceJob extends RunOptions {
  readonly engine: Engine;
  readonly pictures: readonly Image[];
  /** Class of each picture; `undefined` where it is not known. */
  readonly classes: readonly (number | undefined)[];
}

/** Pictures of the first round, in which all candidates are looked at; and how many go on to the second. */
const firstRound = { pictures: 8, left: 4 } as const;

/**
 * A lead of less than this, in nats, decides nothing: of what labels that are named better than by chance or statistics say, and of
 * hints, which lead now one, now another.
 */
const lead = { measured: 0.5, hinted: 2 } as const;

/** Judges the preprocessing of a network. */
export async function judgePreprocessing(net: Network, job: EvidenceJob): Promise<PreprocessingVerdict> {
  const channels = net.input.shape.at(-1) ?? 3;
  const usual = candidatesFor(channels);
  const against = againstScaling(net, usual);
  const candidates = usual.map((one, i) => ({ ...one, rarity: one.rarity + against[i]! }));
  const few = { ...job, pictures: job.pictures.slice(0, firstRound.pictures) };
  const first = await weigh(net, candidates, few, "first");
  const leading = first.slice(0, firstRound.left).map(({ name }) => candidates.find((one) => one.name === name)!);
  const more = job.pictures.length > few.pictures.length || probeSites(net).norms.length > 0;
  const second = more ? await weigh(net, leading, job, "second") : first;
  const tried = [...second, ...first.filter(({ name }) => !second.some((one) => one.name === name))];
  const rival = tried.find((one) => !isAlike(one.preprocessing, tried[0]!.preprocessing));
  const best = tried[0]!;
  const needed = isMeasured(best, net, job.classes) ? lead.measured : lead.hinted;
  return { best, sure: !rival || rival.suspicion - best.suspicion >= needed, tried };
}

function isMeasured(
  { accuracy, misfit }: PreprocessingEvidence,
  net: Network,
  classes: EvidenceJob["classes"],
): boolean {
  const known = classes.filter((one) => one !== undefined).length;
  return misfit !== null || (accuracy !== null && beatsChance(accuracy, known, net.ops.at(-1)!.output.at(-1)!));
}

/** Evidence on candidates, the least suspicious first. */
async function weigh(
  net: Network,
  candidates: readonly Candidate[],
  { engine, pictures, classes, signal, onProgress }: EvidenceJob,
  round: "first" | "second",
): Promise<PreprocessingEvidence[]> {
  const { convs, norms, head } = probeSites(net);
  // Running the whole of a deep network for all candidates is dear, and batch norms tell as much.
  const predicts = head && (round === "second" || norms.length === 0) ? head : null;
  const targets = [...convs, ...norms.map(({ target }) => target), ...(predicts ? [predicts] : [])];
  if (targets.length === 0)
    return candidates
      .map((candidate) => ({ ...nothingKnown(candidate), suspicion: candidate.rarity }))
      .sort((a, b) => a.suspicion - b.suspicion);
  const probe = await openProbe(net, { engine, targets, signal });
  const shown = predicts ? pictures : pictures.map(atMost);
  const suggested = orderOfWeights(net);
  const evidence: PreprocessingEvidence[] = [];
  try {
    for (const [i, candidate] of candidates.entries()) {
      throwIfAborted(signal);
      const probed = await probe.run(shown, candidate.preprocessing);
      const against = suggested !== null && suggested.order !== candidate.preprocessing.order;
      evidence.push({
        ...nothingKnown(candidate),
        ...(predicts && fromPredictions(probed, classes)),
        misfit: norms.length > 0 ? misfitOf(probed, convs.length, norms) : null,
        stuck: convs.length > 0 ? stuckOf(probed, convs.length) : null,
        againstOrder: against,
      });
      await untilAborted(
        signal,
        onProgress?.({ task: `preprocessing ${candidate.name}`, done: i + 1, total: candidates.length }),
      );
    }
  } finally {
    probe.dispose();
  }
  const labelled = pictures.filter((_, i) => classes[i] !== undefined).length;
  return suspicious(evidence, candidates, { orderWeight: suggested?.weight ?? 0, labelled });
}

/** First layers tell as much of a smaller picture. */
function atMost(picture: Image): Image {
  const { height, width } = picture;
  const most = 112;
  if (Math.max(height, width) <= most) return picture;
  const scale = most / Math.max(height, width);
  return resample(picture, Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale)));
}

function nothingKnown({ name, preprocessing }: Candidate): PreprocessingEvidence {
  const unknown = { accuracy: null, crossEntropy: null, misfit: null, stuck: null, variety: null };
  return { name, preprocessing, suspicion: 0, ...unknown, againstOrder: false };
}

function fromPredictions(
  { last }: Probed,
  classes: readonly (number | undefined)[],
): Pick<PreprocessingEvidence, "accuracy" | "crossEntropy" | "variety"> {
  const predictions = last.map(probabilities);
  const known = predictions.flatMap((prediction, i) =>
    classes[i] === undefined ? [] : [{ prediction, right: classes[i] }],
  );
  const shown = { variety: variety(predictions), accuracy: null, crossEntropy: null };
  if (known.length === 0) return shown;
  // A shift of the labels is another fault: here the shift that fits best counts.
  const right = known.map((one) => one.right);
  const scores = shiftsFor(right).map((offset) =>
    score(
      known.map((one) => one.prediction),
      right,
      offset,
    ),
  );
  return { ...shown, ...scores.reduce((a, b) => (b.crossEntropy < a.crossEntropy ? b : a)) };
}

function misfitOf({ sums }: Probed, from: number, norms: ReturnType<typeof probeSites>["norms"]): number {
  const each = norms.flatMap(({ op }, i) =>
    [...op.mean].map((mean, c) => {
      const seen = sums[from + i]!;
      const variance = op.variance[c]! + op.epsilon;
      return (meanOf(seen, c) - mean) ** 2 / variance + Math.log((varianceOf(seen, c) + 1e-9) / variance) ** 2;
    }),
  );
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}

/** Share of units that are above 0, or below, at 99 of 100 places. */
function stuckOf({ sums }: Probed, convs: number): number {
  const shares = sums.slice(0, convs).map(({ positive, count }) => {
    const stuck = positive.reduce((n, above) => n + (above < 0.01 * count || above > 0.99 * count ? 1 : 0), 0);
    return stuck / positive.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Adds up what speaks against each, measured from the best in each respect. */
function suspicious(
  evidence: readonly PreprocessingEvidence[],
  candidates: readonly Candidate[],
  { orderWeight, labelled }: { orderWeight: number; labelled: number },
): PreprocessingEvidence[] {
  const has = (key: "crossEntropy" | "misfit"): boolean => evidence.some((one) => one[key] !== null);
  const least = (key: "crossEntropy" | "misfit" | "stuck"): number =>
    Math.min(...evidence.map((one) => one[key] ?? Number.POSITIVE_INFINITY));
  const mostVariety = Math.max(...evidence.map((one) => one.variety ?? 0));
  const beyond = (value: number | null, best: number, weight: number): number =>
    value === null ? 0 : Math.min(10, (value - best) * weight);
  return evidence
    .map((one) => {
      const parts = [
        candidates.find(({ name }) => name === one.name)!.rarity,
        one.againstOrder ? orderWeight : 0,
        // Photographs of one class are not independent: five count as one.
        beyond(one.crossEntropy, least("crossEntropy"), Math.min(5, labelled / 5)),
        beyond(one.misfit, least("misfit"), 3),
        // What labels or statistics say is surer.
        has("misfit") || has("crossEntropy") ? 0 : beyond(one.stuck, least("stuck"), 10),
        has("misfit") || has("crossEntropy") ? 0 : mostVariety - (one.variety ?? mostVariety),
      ];
      return { ...one, suspicion: parts.reduce((sum, part) => sum + part, 0) };
    })
    .sort((a, b) => a.suspicion - b.suspicion);
}

/** The order of channels that the first convolution suggests, and how strongly, in nats. */
function orderOfWeights(net: Network): { order: "rgb" | "bgr"; weight: number } | null {
  const op = net.ops.find((one) => one.kind === "conv" && one.kernelShape[2] === 3);
  if (op?.kind !== "conv") return null;
  const squares = [0, 0, 0];
  const outputs = op.kernelShape[3];
  op.kernel.forEach((weight, i) => {
    squares[Math.floor(i / outputs) % 3]! += weight * weight;
  });
  const difference = Math.log(squares[0]! / squares[2]!) / 2;
  if (!Number.isFinite(difference) || Math.abs(difference) < 0.03) return null;
  return { order: difference > 0 ? "rgb" : "bgr", weight: Math.min(3, 10 * Math.abs(difference)) };
}
