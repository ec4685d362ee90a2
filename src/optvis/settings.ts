/** The settings of an ascent, checked once before it begins. */
import { LensError } from "../core/errors.js";
import { finite, shown, wholeNumber } from "../core/numbers.js";
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

/** Whether something is a part with a name and a function, as the makers give. */
function has(part: unknown, method: string): boolean {
  const fields = part as Readonly<Record<string, unknown>> | null;
  return typeof fields === "object" && typeof fields?.["name"] === "string" && typeof fields[method] === "function";
}

function wrong(name: string, wanted: string, got: unknown): LensError {
  return new LensError("bad-argument", `${name} is ${wanted}; got ${shown(got)}`);
}
