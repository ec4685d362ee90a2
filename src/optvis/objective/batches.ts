/**
 * Objectives that look at all pictures of a batch at once: how unlike they are, how alike neighbours are, and each picture an
 * objective of its own. Values are given out so that their sum over the pictures is the objective.
 */
import { optional } from "valibot";
import {
  checkArgument,
  checkOptions,
  listOf,
  numberSchema,
  objectWith,
  optionsSchema,
  textSchema,
} from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import { finite, shown } from "../../core/numbers.js";
import type { Volume } from "../../engine/engine.js";
import {
  byName,
  custom,
  type Evaluation,
  type Objective,
  type PictureIndex,
  type Site,
  type Term,
} from "./objective.js";

const alignmentOptions = optionsSchema({ decay: optional(numberSchema({ above: 0 })) });
const objectivesSchema = listOf(objectWith<Objective>(["times", "plus"], "an objective"), "a list of objectives");

/**
 * How alike the pictures of a batch are in a layer: mean over pictures of the cosines between their Gram matrices
 * `G[i, j] = Σ_positions h_i h_j`. Subtracted, it makes pictures of one objective differ (Lucid's diversity, weight 100 with
 * four pictures).
 *
 * @public
 */
export function diversity(layer: string): Objective {
  checkArgument("a layer", textSchema, layer);
  return byName("diversity", [layer], { layer }, { acrossBatch: true }, (volume) => gramCosines(volume));
}

/**
 * How far neighbours in a batch differ: `Σ_d mean (a_n − a_{n+d})² / decay^d` over d = 1 … 4. Subtracted, it makes a batch a
 * series whose pictures change little from one to the next. `of` is a layer or `"image"`.
 *
 * @public
 */
export function alignment(of: string, options: { readonly decay?: number | undefined } = {}): Objective {
  checkArgument("a layer", textSchema, of);
  checkOptions(alignmentOptions, options);
  const { decay = 2 } = options;
  const look: Site = of === "image" ? "image" : { layer: of };
  return byName("alignment", decay === 2 ? [of] : [of, { decay }], look, { acrossBatch: true }, (volume) =>
    neighbours(volume, decay),
  );
}

/**
 * One objective per picture of a batch, in order: many units are climbed in one run, and share its work. Where transforms
 * cut several crops of each picture, they follow their picture.
 *
 * @throws LensError `bad-argument`, without objectives; while climbing, when the batch has another number of pictures.
 * @public
 */
export function each(objectives: readonly Objective[]): Objective {
  checkArgument("objectives", objectivesSchema, objectives);
  return custom(
    objectives.flatMap(({ terms }, number) => terms.map((term) => ofPicture(term, { number, of: objectives.length }))),
  );
}

/**
 * A term that counts for one picture of a batch only.
 *
 * @throws LensError `bad-argument`, for a term that compares pictures or counts for one already, and for no such picture.
 */
export function ofPicture(term: Term, picture: PictureIndex): Term {
  const { number, of: pictures } = picture;
  if (term.acrossBatch || term.picture)
    throw new LensError(
      "bad-argument",
      `"${term.name}" is of a batch, and cannot be of picture ${number} alone; give one objective, and count`,
    );
  if (!(Number.isInteger(number) && Number.isInteger(pictures) && number >= 0 && number < pictures))
    throw new LensError("bad-argument", `a picture is {number, of}, from 0 and below of; got ${shown(picture)}`);
  return {
    ...term,
    picture: { number, of: pictures },
    name: `${term.name} for picture ${number}`,
    evaluate(volume, reference) {
      const crops = volume.count / pictures;
      if (!Number.isInteger(crops)) {
        throw new LensError(
          "bad-argument",
          `there are objectives for ${pictures} pictures, and ${volume.count} pictures; give count: ${pictures}`,
        );
      }
      const length = volume.data.length / pictures;
      const [from, to] = [number * length, (number + 1) * length];
      const own = term.evaluate({ ...volume, count: crops, data: volume.data.subarray(from, to) }, reference);
      const gradient = new Float32Array(volume.data.length);
      gradient.set(own.gradient, from);
      const values = new Array<number>(volume.count).fill(0);
      own.values.forEach((value, i) => {
        values[number * crops + i] = value;
      });
      return { values, gradient };
    },
  };
}

const tiny = 1e-10;

function gramCosines({ count, height, width, channels: c, data }: Volume): Evaluation {
  const pixels = height * width;
  const maps = Array.from({ length: count }, (_, n) => data.subarray(n * pixels * c, (n + 1) * pixels * c));
  const grams = maps.map((map) => gramOf(map, c));
  const lengths = grams.map((gram) => Math.sqrt(gram.reduce((sum, g) => sum + g * g, tiny)));
  const units = grams.map((gram, n) => gram.map((g) => g / lengths[n]!));
  const total = new Float64Array(c * c);
  for (const unit of units) for (let i = 0; i < total.length; i++) total[i]! += unit[i]!;
  const gradient = new Float32Array(data.length);
  const values = units.map((unit, n) => {
    // value_n = Σ_{m ≠ n} ⟨u_n, u_m⟩ / count; each pair counts in both of its pictures.
    const others = total.map((sum, i) => sum - unit[i]!);
    const cosines = unit.reduce((sum, u, i) => sum + u * others[i]!, 0);
    const inner = others.map((o, i) => (2 * (o - cosines * unit[i]!)) / (lengths[n]! * count));
    multiplyGram(maps[n]!, inner, c, gradient.subarray(n * pixels * c, (n + 1) * pixels * c));
    return cosines / count;
  });
  return { values, gradient };
}

/** `G = Hᵀ H` for a map of pixels by channels. */
function gramOf(map: Float32Array, c: number): Float64Array {
  const gram = new Float64Array(c * c);
  for (let at = 0; at < map.length; at += c) {
    for (let i = 0; i < c; i++) {
      const h = map[at + i]!;
      if (h !== 0) for (let j = 0; j < c; j++) gram[i * c + j]! += h * map[at + j]!;
    }
  }
  return gram;
}

/** The gradient through `G = Hᵀ H`: `2 H Ḡ` for a symmetric Ḡ. */
function multiplyGram(map: Float32Array, inner: Float64Array, c: number, gradient: Float32Array): void {
  for (let at = 0; at < map.length; at += c) {
    for (let i = 0; i < c; i++) {
      const h = map[at + i]!;
      if (h !== 0) for (let j = 0; j < c; j++) gradient[at + j]! += 2 * h * inner[i * c + j]!;
    }
  }
}

function neighbours({ count, data }: Volume, decay: number): Evaluation {
  const length = data.length / count;
  const gradient = new Float32Array(data.length);
  const values = new Array<number>(count).fill(0);
  for (let d = 1; d <= 4; d++) {
    const factor = 1 / (decay ** d * length * count);
    for (let n = 0; n + d < count; n++) {
      const [a, b] = [n * length, (n + d) * length];
      for (let i = 0; i < length; i++) {
        const gap = data[a + i]! - data[b + i]!;
        values[n]! += factor * gap * gap;
        gradient[a + i]! += 2 * factor * gap;
        gradient[b + i]! -= 2 * factor * gap;
      }
    }
  }
  return { values, gradient };
}
