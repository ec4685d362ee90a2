/**
 * A matrix V `[rows, n]` as a product S F of few factors, each a row of F `[count, n]` of length one, which S `[rows, count]`
 * adds up: the directions of most energy (SVD), or directions without negative entries (NMF).
 */
import type { Random } from "../core/random.js";
import { pause, throwIfAborted } from "../core/run.js";

/** A product of two matrices. */
export interface Factorization {
  /** `[count][n]`. */
  readonly factors: readonly Float64Array[];
  /** `[count][rows]`. */
  readonly scores: readonly Float64Array[];
}

/** The first singular vectors of V, as eigenvectors of VᵀV, each turned so that its entries sum to something positive. */
export async function principalAxes(matrix: readonly Float64Array[], count: number): Promise<Factorization> {
  const { EigenvalueDecomposition, Matrix } = await import("ml-matrix");
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(gramOf(matrix)), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const factors = order.slice(0, count).map((k) => {
    const axis = Float64Array.from(eigenvectorMatrix.getColumn(k));
    return axis.reduce((sum, w) => sum + w, 0) < 0 ? axis.map((w) => -w) : axis;
  });
  return { factors, scores: factors.map((axis) => Float64Array.from(matrix, (row) => dot(row, axis))) };
}

/** The pseudo-inverse of the matrix whose columns are some vectors: a row for each, whose product with a sum of them is its factor. */
export async function pseudoInverse(vectors: readonly Float64Array[]): Promise<readonly Float64Array[]> {
  const { Matrix, pseudoInverse: inverse } = await import("ml-matrix");
  const columns = new Matrix(vectors.map((vector) => Array.from(vector))).transpose();
  return inverse(columns)
    .to2DArray()
    .map((row) => Float64Array.from(row));
}

/** VᵀV. */
function gramOf(matrix: readonly Float64Array[]): number[][] {
  const n = matrix[0]?.length ?? 0;
  const gram = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (const row of matrix) {
    for (let i = 0; i < n; i++) {
      const a = row[i]!;
      const into = gram[i]!;
      if (a !== 0) for (let j = i; j < n; j++) into[j]! += a * row[j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) gram[i]![j] = gram[j]![i]!;
  return gram;
}

/** How long `oneSidedNMF` looks, and where it starts. */
export interface NMFOptions {
  readonly random: Random;
  /** Most sweeps of one search. */
  readonly sweeps: number;
  /** Searches from different beginnings, of which the best counts. */
  readonly starts: number;
  /** Stops the search. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Factors without negative entries, scores of both signs: the rows of V are parted by sign and both halves, non-negative now,
 * factored together,
 *
 *     [max(V, 0); max(−V, 0)] ≈ [S₊; S₋] F        S = S₊ − S₋        S₊, S₋, F ≥ 0
 *
 * by hierarchical alternating least squares (Cichocki & Phan 2009): each factor and each column of scores in turn is set to
 * the best non-negative one with all else fixed, so that the error never grows.
 */
export async function oneSidedNMF(
  matrix: readonly Float64Array[],
  count: number,
  { random, sweeps, starts, signal }: NMFOptions,
): Promise<Factorization> {
  const breathe = breather(signal);
  let best: Search | null = null;
  for (let start = 0; start < starts; start++) {
    const search = new Search(matrix, count, random);
    let error = Number.POSITIVE_INFINITY;
    for (let sweep = 0; sweep < sweeps; sweep++) {
      await search.sweep(breathe);
      const settled = error - search.error < 1e-5 * error;
      error = search.error;
      if (settled) break;
    }
    if (!best || search.error < best.error) best = search;
  }
  return best!.result();
}

/** One search, from a random beginning. */
class Search {
  /** ‖V‖² − 2⟨V, S F⟩ + ‖S F‖², of the parted matrix. */
  error = Number.POSITIVE_INFINITY;
  readonly #matrix: readonly Float64Array[];
  readonly #factors: Float64Array[];
  readonly #plus: Float64Array[];
  readonly #minus: Float64Array[];

  constructor(matrix: readonly Float64Array[], count: number, random: Random) {
    const n = matrix[0]?.length ?? 0;
    this.#matrix = matrix;
    this.#factors = Array.from({ length: count }, () => Float64Array.from({ length: n }, () => random.uniform()));
    this.#plus = this.#factors.map(() => Float64Array.from(matrix, () => random.uniform()));
    this.#minus = this.#factors.map(() => Float64Array.from(matrix, () => random.uniform()));
    for (const row of this.#factors) scaleTo(row, 1);
  }

  async sweep(breathe: Breather): Promise<void> {
    await this.#scoresAnew(breathe);
    await this.#factorsAnew(breathe);
  }

  result(): Factorization {
    const scores = this.#plus.map((plus, k) => plus.map((w, r) => w - this.#minus[k]![r]!));
    return { factors: this.#factors, scores };
  }

  /** S₊[:, k] ← max(0, V₊F_kᵀ − Σ S₊[:, l] F_l·F_k over l ≠ k), since ‖F_k‖ = 1; the same for S₋. */
  async #scoresAnew(breathe: Breather): Promise<void> {
    const FFt = this.#factors.map((a) => this.#factors.map((b) => dot(a, b)));
    for (const [k, factor] of this.#factors.entries()) {
      await breathe();
      const [plus, minus] = [this.#plus[k]!, this.#minus[k]!];
      this.#matrix.forEach((row, r) => {
        let [up, down] = [0, 0];
        for (let i = 0; i < row.length; i++) {
          const product = row[i]! * factor[i]!;
          if (product > 0) up += product;
          else down -= product;
        }
        for (let l = 0; l < FFt.length; l++) {
          if (l === k) continue;
          up -= this.#plus[l]![r]! * FFt[l]![k]!;
          down -= this.#minus[l]![r]! * FFt[l]![k]!;
        }
        plus[r] = Math.max(0, up);
        minus[r] = Math.max(0, down);
      });
    }
  }

  /** F_k ← max(0, (SᵀV)_k − Σ (SᵀS)_kl F_l over l ≠ k), brought to length one, which its scores make good. */
  async #factorsAnew(breathe: Breather): Promise<void> {
    const count = this.#factors.length;
    const StS = this.#plus.map((_, k) =>
      this.#plus.map((_, l) => dot(this.#plus[k]!, this.#plus[l]!) + dot(this.#minus[k]!, this.#minus[l]!)),
    );
    const StV = this.#factors.map((factor) => new Float64Array(factor.length));
    for (let k = 0; k < count; k++) {
      await breathe();
      const into = StV[k]!;
      this.#matrix.forEach((row, r) => {
        const [plus, minus] = [this.#plus[k]![r]!, this.#minus[k]![r]!];
        if (plus === 0 && minus === 0) return;
        for (let i = 0; i < row.length; i++) into[i]! += row[i]! > 0 ? row[i]! * plus : -row[i]! * minus;
      });
    }
    this.#factors.forEach((factor, k) => {
      if (StS[k]![k]! === 0) return;
      for (let i = 0; i < factor.length; i++) {
        let value = StV[k]![i]!;
        for (let l = 0; l < count; l++) if (l !== k) value -= StS[k]![l]! * this.#factors[l]![i]!;
        factor[i] = Math.max(0, value / StS[k]![k]!);
      }
    });
    this.#measure(StV, StS);
    this.#factors.forEach((factor, k) => {
      const length = scaleTo(factor, 1);
      for (let r = 0; r < this.#matrix.length; r++) {
        this.#plus[k]![r]! *= length;
        this.#minus[k]![r]! *= length;
      }
    });
  }

  #measure(StV: readonly Float64Array[], StS: readonly number[][]): void {
    let error = this.#matrix.reduce((sum, row) => sum + dot(row, row), 0);
    this.#factors.forEach((a, k) => {
      error -= 2 * dot(StV[k]!, a);
      this.#factors.forEach((b, l) => {
        error += StS[k]![l]! * dot(a, b);
      });
    });
    this.error = error;
  }
}

/** Lets timers and abort signals be heard whenever 20 ms have passed; rejects when aborted. */
type Breather = () => Promise<void>;

function breather(signal: AbortSignal | undefined): Breather {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 20) return;
    await pause();
    throwIfAborted(signal);
    last = performance.now();
  };
}

/** The inner product of two vectors of one length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Scales a vector to a length and returns the one it had; a vector of zeros stays one. */
function scaleTo(vector: Float64Array, length: number): number {
  const had = Math.sqrt(dot(vector, vector));
  if (had > 0) for (let i = 0; i < vector.length; i++) vector[i]! *= length / had;
  return had;
}
