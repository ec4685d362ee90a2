/** Options that say what of a unit is explained: at which positions of its map, and against which other unit. */
import { InvalidArgumentError } from "commander";
import { type Image, LensError, type Mask, type Positions, readImage } from "../index.js";
import { custom, type OptionSpec, text, type Values } from "./option.js";

/** Of commands that explain a unit's value. */
export const targetOptions: {
  readonly against: OptionSpec<string | undefined>;
  readonly at: OptionSpec<Positions | undefined>;
  readonly mask: OptionSpec<string | undefined>;
} = {
  against: text("--against <unit>", "another unit, whose value is taken away"),
  at: custom<Positions | undefined>(
    "--at <place>",
    "positions of the unit's own map: ROW,COLUMN or TOP,LEFT,HEIGHT,WIDTH",
    readPlace,
  ),
  mask: text(
    "--mask <file>",
    "a picture as large as the unit's map: how much each position counts, from black to white",
  ),
};

/** Names of the options that were given. */
export function targetsGiven({ against, at, mask }: Values<typeof targetOptions>): readonly string[] {
  const given = { "--against": against, "--at": at, "--mask": mask };
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** Refuses two ways to say where. */
export function checkTarget({ at, mask }: Values<typeof targetOptions>): void {
  if (at !== undefined && mask !== undefined)
    throw new LensError("bad-argument", "--at and --mask both say which positions count; leave one out");
}

/** The target as the library has it. */
export async function readTarget({ against, at, mask }: Values<typeof targetOptions>): Promise<{
  readonly against: string | undefined;
  readonly at: Positions | undefined;
}> {
  return { against, at: mask === undefined ? at : maskOf(await readImage(mask)) };
}

/** The brightness of a picture, from 0 to 1. */
function maskOf({ height, width, channels, data }: Image): Mask {
  const colors = Math.min(3, channels);
  const brightness = Float32Array.from({ length: height * width }, (_, p) => {
    let sum = 0;
    for (let c = 0; c < colors; c++) sum += data[p * channels + c]!;
    return sum / colors;
  });
  return { height, width, data: brightness };
}

function readPlace(given: string): Positions {
  const numbers = given.split(",").map((part) => (/^\s*\d{1,9}\s*$/.test(part) ? Number(part) : -1));
  if (numbers.includes(-1) || (numbers.length !== 2 && numbers.length !== 4))
    throw new InvalidArgumentError("A place is ROW,COLUMN such as 3,4, or TOP,LEFT,HEIGHT,WIDTH such as 0,0,8,8.");
  const [top, left, height, width] = numbers as [number, number, number, number];
  return numbers.length === 2 ? [top, left] : { top, left, height, width };
}
