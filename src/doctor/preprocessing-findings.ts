/** What is said of a network's preprocessing: by what photographs showed, or by the network alone. */
import type { Network } from "../network/network.js";
import { describePreprocessing, type Preprocessing } from "../network/preprocessing.js";
import { isAlike } from "./candidates.js";
import { type Finding, finding, type PreprocessingEvidence, type PreprocessingVerdict } from "./finding.js";
import { fittingRange, inputScaling, isFor } from "./input-scaling.js";

/** What is said without photographs: nothing of a preprocessing that somebody chose, unless the network itself contradicts. */
export function unseenFindings(net: Network): Finding[] {
  const scaled = scaleFindings(net);
  if (net.input.stated || scaled.length > 0) return scaled;
  const message = `the preprocessing ${inWords(net, net.input.preprocessing)} was assumed, nobody stated it, and a wrong one ruins everything without an error: state the one of training, or give photographs`;
  return [finding("preprocessing", message)];
}

/** What a network that scales its pictures itself says of the range it is given. */
function scaleFindings(net: Network): Finding[] {
  const { preprocessing, stated } = net.input;
  const first = inputScaling(net);
  if (!first) return [];
  const range = fittingRange(first);
  const own = `the preprocessing ${inWords(net, preprocessing)} was ${stated ? "stated" : "assumed"}`;
  if (isFor(first, preprocessing)) {
    const message = `${own}, and fits what the network does first ("${first.layer}"): state it`;
    return stated ? [] : [finding("preprocessing", message, { severity: "note", layer: first.layer })];
  }
  const remedy =
    range === null
      ? "open the model with the preprocessing of training"
      : `it reads pictures in 0…${range}: open the model with { preprocessing: { order: "rgb", scale: ${range}, mean: [0], std: [1] } }`;
  const message = `${own}, but the network scales pictures itself, by ${first.gain.toPrecision(3)} in "${first.layer}"; ${remedy}`;
  return [finding("preprocessing", message, { severity: stated ? "warning" : "error", layer: first.layer })];
}

/** So far behind the best, in nats, a preprocessing is wrong, whichever of the others is right: e² to 1. */
const refuting = 2;

/** What is said of a preprocessing that photographs were tried with. */
export function judgedFindings(net: Network, { best, sure, tried }: PreprocessingVerdict): Finding[] {
  const { preprocessing, stated } = net.input;
  const own = inWords(net, preprocessing);
  const found = inWords(net, best);
  const agrees = isAlike(preprocessing, best.preprocessing);
  if (agrees && stated) return [];
  const scaled = sure ? [] : scaleFindings(net).filter(({ severity }) => severity !== "note");
  if (scaled.length > 0) return scaled;
  const evidence = tried.find((one) => isAlike(preprocessing, one.preprocessing));
  // Without labels or statistics there are hints only, and a hint is no ground to contradict who stated it.
  const isMeasured = best.crossEntropy !== null || best.misfit !== null;
  if (!sure && stated && isMeasured && evidence && evidence.suspicion - best.suspicion >= refuting) {
    const better = tried
      .filter(({ suspicion }) => suspicion - best.suspicion < refuting)
      .map(({ name }) => `"${name}"`);
    const message = `the preprocessing is stated to be ${own}, but photographs fit ${better.join(" or ")} far better: open the model with the one of training`;
    return [finding("preprocessing", message, { severity: "error" })];
  }
  if (!sure && stated && evidence?.againstOrder) {
    const message = `the preprocessing is stated to be ${own}, but the first layer weighs blue more than red then, which networks of photographs never do: try the other order of colours`;
    return [finding("preprocessing", message, { severity: "warning" })];
  }
  if (!sure) {
    const rivals = tried.slice(0, 3).map(({ name }) => `"${name}"`);
    const message = `the preprocessing is not certain: ${rivals.join(", ")} fit best; state the one of training, or give photographs with labels`;
    return [finding("preprocessing", message, { severity: stated ? "note" : "warning" })];
  }
  if (agrees) {
    return [finding("preprocessing", `the preprocessing ${own} was assumed, and fits; state it`, { severity: "note" })];
  }
  const message = `the preprocessing is ${stated ? "stated" : "assumed"} to be ${own}, but photographs fit ${found}: open the model with that`;
  return [finding("preprocessing", message, { severity: "error" })];
}

function inWords(net: Network, one: PreprocessingEvidence | Preprocessing): string {
  return `"${one.name}" (${describePreprocessing("preprocessing" in one ? one.preprocessing : one, net.input.shape.at(-1)!)})`;
}
