/** `npx tsx bench/fuzz.ts [variants per format] [first seed] [format …]`: damaged files, of every format or some, and what became of them. */
import { filesOf, formats, tryOpen, variantOf } from "../test/load/fuzz.js";

const [count = 10_000, first = 1] = process.argv.slice(2, 4).map(Number);
const asked = process.argv.slice(4);
let faults = 0;
for (const [format, paths] of Object.entries(formats)) {
  if (asked.length > 0 && !asked.includes(format)) continue;
  const originals = paths.map(filesOf);
  const results = new Map<string, number>();
  const counts = (): string =>
    [...results]
      .sort((a, b) => b[1] - a[1])
      .map(([result, n]) => `${result} ${n}`)
      .join(", ");
  let slowest = { milliseconds: 0, seed: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const { result, milliseconds, fault } = await tryOpen(variantOf(originals[seed % originals.length]!, seed));
    results.set(result, (results.get(result) ?? 0) + 1);
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, seed };
    if (fault) {
      faults++;
      if (faults <= 20) console.log(`${format}, seed ${seed}: ${fault}`);
    }
    if (seed % 1000 !== 0) continue;
    // Nothing that was damaged may be in the way of what is not.
    for (const [i, original] of originals.entries()) {
      const afterwards = (await tryOpen(original)).result;
      if (afterwards === "opened") continue;
      faults++;
      console.log(`${format}, after seed ${seed}: ${paths[i]!} gives "${afterwards}"`);
    }
    console.error(`${format}, up to seed ${seed}: ${counts()}; slowest ${Math.round(slowest.milliseconds)} ms`);
  }
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${format}: ${count} variants: ${counts()}; slowest ${Math.round(slowest.milliseconds)} ms (seed ${slowest.seed}); peak memory ${megabytes} MB`,
  );
}
console.log(`${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;
