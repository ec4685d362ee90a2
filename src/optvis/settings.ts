/** The settings of an ascent, checked once before it begins. */
import { custom, literal, optional, union } from "valibot";
import { numberSchema, type OptionSchemas, objectWith, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { finite, shown, wholeNumber } from "../core/numbers.js";
import { pairOf } from "../core/schemas.js";
import type { AscentSettings } from "./preset.js";

/** @throws LensError `bad-argument`, for the first setting that is none. */
export function checkSettings(settings: AscentSettings): void {
  wholeNumber("steps", settings.steps, 1);
  wholeNumber("redirectSteps", settings.redirectSteps, 0);
  finite("plateau", settings.plateau, { from: 0, to: 1 });
  if (!has(settings.param, "prepare"))
    throw wrong("param", "a parameterization such as param.fourier()", settings.param);
  if (!has(settings.optimizer, "start"))
    throw wrong("optimizer", "an optimizer such as optimizer.adam()", settings.optimizer);
  const { transforms } = settings;
  if (!Array.isArray(transforms) || !transforms.every((one) => has(one, "apply")))
    throw wrong("transforms", "a list of transforms such as [transform.jitter(8)]", transforms);
}

/** Schemas of the settings of an ascent; those that are made of functions are checked together by `checkSettings`. */
export const ascentSchemas: OptionSchemas<{ readonly [K in keyof AscentSettings]?: AscentSettings[K] | undefined }> = {
  size: optional(
    union(
      [wholeSchema(1), literal("auto"), pairOf(wholeSchema(1))],
      'a number of pixels, a pair [height, width] or "auto"',
    ),
  ),
  steps: optional(wholeSchema(1)),
  param: optional(objectWith<AscentSettings["param"]>(["prepare"], "a parameterization such as param.fourier()")),
  transforms: optional(
    custom<AscentSettings["transforms"]>(
      (list) => Array.isArray(list) && list.every((one) => has(one, "apply")),
      "a list of transforms such as [transform.jitter(8)]",
    ),
  ),
  optimizer: optional(objectWith<AscentSettings["optimizer"]>(["start"], "an optimizer such as optimizer.adam()")),
  redirectSteps: optional(wholeSchema(0)),
  plateau: optional(numberSchema({ from: 0, to: 1 })),
};

/** Whether something is a part with a name and a function, as the makers give. */
function has(part: unknown, method: string): boolean {
  const fields = part as Readonly<Record<string, unknown>> | null;
  return typeof fields === "object" && typeof fields?.["name"] === "string" && typeof fields[method] === "function";
}

function wrong(name: string, wanted: string, got: unknown): LensError {
  return new LensError("bad-argument", `${name} is ${wanted}; got ${shown(got)}`);
}
