/** A group by its name on the command line: `rotations:8`, `dihedral:4`, `flip`, `hue:6`, `polarity`, and products by `x`. */
import { type Group, group, LensError } from "../index.js";

const counted = { rotations: group.rotations, dihedral: group.dihedral, hue: group.hue, scale: group.scale } as const;
const plain = { flip: group.flip, polarity: group.polarity } as const;

/**
 * The group of a name.
 *
 * @throws LensError `bad-argument`.
 */
export function groupNamed(name: string): Group {
  return name
    .split("x")
    .map((part) => one(part, name))
    .reduce((all, next) => group.product(all, next));
}

function one(part: string, name: string): Group {
  const [kind = "", count, ...rest] = part.split(":");
  if (rest.length === 0 && Object.hasOwn(plain, kind) && count === undefined)
    return plain[kind as keyof typeof plain]();
  if (rest.length === 0 && Object.hasOwn(counted, kind) && /^\d{1,4}$/.test(count ?? "")) {
    return counted[kind as keyof typeof counted](Number(count));
  }
  throw new LensError(
    "bad-argument",
    `a group is rotations:N, dihedral:N, flip, hue:N, scale:N, polarity, or a product such as hue:2xrotations:8; got "${name}"`,
  );
}
