/** A family: units of one layer that are transformed copies of one template. */

import type { Schema } from "../core/check.js";
import { listOf, textSchema, where } from "../core/check.js";
import { anyNumber, countSchema, objectOf, optionalOf, unitSchema } from "../core/schemas.js";
import type { Unit } from "../core/unit.js";

/**
 * One unit of a family.
 *
 * @public
 */
export interface FamilyMember {
  /** The unit. */
  readonly unit: Unit;
  /** The group element that makes it from the template. Only differences between members mean something. */
  readonly element: number;
  /** The element for people: `"45°"`. */
  readonly label: string;
  /** How well the other members, transformed, predict this one: cosine with their mean, left out itself. */
  readonly prediction: number;
  /** The member's own angle in degrees, where tuning or the caller says one: of the stimulus, clockwise, or of the hue. */
  readonly angle?: number;
  /** Standard error of the angle in degrees. */
  readonly angleError?: number;
  /** How clearly the unit is tuned, 0…1 (see `TuningCurve`). */
  readonly selectivity?: number;
}

/**
 * The tuning that the members of a family share.
 *
 * @public
 */
export interface FamilyTuning {
  /** Name of the stimulus. */
  readonly stimulus: string;
  /** Degrees after which the template is the same again. */
  readonly period: number;
  /**
   * Mean answer of the members, each at the template's place and of norm 1, or under mirrors the template's own answer: one row for each setting of the stimulus's other
   * parameters, with the angle along it.
   */
  readonly curve: readonly number[];
  /** P values against curves of random phases and against random-weight twins; the family's is the larger. */
  readonly pValues: { readonly phases: number; readonly twins: number };
}

/**
 * Units of one layer that are transformed copies of each other. A unit that the whole group leaves as it is makes a
 * family of its own, with the whole group as stabiliser.
 *
 * @public
 */
export interface Family {
  /** Layer of the members. */
  readonly layer: string;
  /** Name of the group. */
  readonly group: string;
  /** Members by element; several of one element are duplicates. */
  readonly members: readonly FamilyMember[];
  /** Elements that leave every member as it is: `[0]`, or `[0, 4]` of eight rotations for what comes round at 180°. */
  readonly stabiliser: readonly number[];
  /** Elements for which there is no member, one for each missing place. */
  readonly missing: readonly number[];
  /** Units that share their element with a member before them. */
  readonly duplicates: readonly Unit[];
  /** Mean cosine between two members, one transformed to the place of the other. */
  readonly affinity: number;
  /** Mean of the members' `prediction`. */
  readonly prediction: number;
  /** Share of triples of members whose own best matches add up; 1 is perfect closure, 1 / order is chance. */
  readonly closure: number;
  /** Share of null weights in which the whole search finds anything as strong. */
  readonly pValue: number;
  /** The p value after Benjamini and Hochberg, over all candidates of the layer. */
  readonly qValue: number;
  /** What the members answer to, where the family was found by tuning. */
  readonly tuning?: FamilyTuning;
}

const elementsSchema = where(
  listOf(countSchema),
  (elements) => new Set(elements).size === elements.length,
  "a list of group elements, none of them twice",
);

/** A family. */
export const familySchema: Schema<Family> = objectOf<Family>(
  {
    layer: textSchema,
    group: textSchema,
    members: where(
      listOf(
        objectOf<FamilyMember>(
          {
            unit: unitSchema,
            element: countSchema,
            label: textSchema,
            prediction: anyNumber,
            angle: optionalOf(anyNumber),
            angleError: optionalOf(anyNumber),
            selectivity: optionalOf(anyNumber),
          },
          "a member",
        ),
      ),
      ({ length }) => length > 0,
      "a list of one member or more",
    ),
    stabiliser: where(elementsSchema, ({ length }) => length > 0, "a list of one group element or more, all different"),
    missing: elementsSchema,
    duplicates: listOf(unitSchema),
    affinity: anyNumber,
    prediction: anyNumber,
    closure: anyNumber,
    pValue: anyNumber,
    qValue: anyNumber,
    tuning: optionalOf(
      objectOf<FamilyTuning>(
        {
          stimulus: textSchema,
          period: anyNumber,
          curve: listOf(anyNumber),
          pValues: objectOf({ phases: anyNumber, twins: anyNumber }, "two p values"),
        },
        "a tuning",
      ),
    ),
  },
  "a family",
);

/** Whether the whole group leaves the family's template as it is. */
export function isInvariant(family: Family, order: number): boolean {
  return family.stabiliser.length === order;
}
