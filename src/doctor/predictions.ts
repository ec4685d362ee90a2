/** What predictions tell: whether they name the right class, and whether they tell photographs apart. */

/** A prediction as probabilities; outputs that are none yet are put through softmax. */
export function probabilities(output: Float32Array): Float64Array {
  const values = Float64Array.from(output);
  const total = values.reduce((sum, value) => sum + value, 0);
  if (Math.abs(total - 1) < 1e-3 && values.every((value) => value >= 0)) return values;
  const top = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const powers = values.map((value) => Math.exp(value - top));
  const sum = powers.reduce((all, value) => all + value, 0);
  return powers.map((value) => value / sum);
}

/** How well predictions name the classes `classes[i] + offset`; those that lie outside of the outputs are wrong. */
export function score(
  predictions: readonly Float64Array[],
  classes: readonly number[],
  offset: number,
): { accuracy: number; crossEntropy: number } {
  let right = 0;
  let surprise = 0;
  predictions.forEach((prediction, i) => {
    const p = prediction[classes[i]! + offset] ?? 0;
    const top = prediction.reduce((most, value) => Math.max(most, value), 0);
    if (p === top && p > 0) right++;
    surprise -= Math.log(Math.max(p, 1e-9));
  });
  return { accuracy: right / predictions.length, crossEntropy: surprise / predictions.length };
}

/**
 * How much predictions tell photographs apart: `H(mean p) − mean H(p)`, in nats. It is 0 where all photographs get the same
 * answer, as they do where the network does not see what it was made to see.
 */
export function variety(predictions: readonly Float64Array[]): number {
  const [first] = predictions;
  if (!first) return 0;
  const mean = first.map((_, c) => predictions.reduce((sum, p) => sum + p[c]!, 0) / predictions.length);
  return entropy(mean) - predictions.reduce((sum, p) => sum + entropy(p), 0) / predictions.length;
}

function entropy(p: Float64Array): number {
  return p.reduce((sum, value) => (value > 0 ? sum - value * Math.log(value) : sum), 0);
}

/** Whether a share of right answers is more than chance gives once in a hundred times: P(X ≥ k) for X of B(photos, 1 / classes). */
export function beatsChance(accuracy: number, photos: number, classes: number): boolean {
  const right = Math.round(accuracy * photos);
  let fewer = 0;
  // P(X = k), in logarithms.
  let log = photos * Math.log1p(-1 / classes);
  for (let k = 0; k < right; k++) {
    fewer += Math.exp(log);
    log += Math.log((photos - k) / (k + 1) / (classes - 1));
  }
  return 1 - fewer <= 0.01;
}
