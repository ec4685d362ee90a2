/**
 * A peer is a process of its own that does steps when told. It says `{"ready": …}` when it has done its first, answers each
 * line `N` with the milliseconds of N steps and the most memory it ever held, and each line `gradient FILE` by writing the
 * gradient of the latest step.
 */
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Does a step, and gives the gradient. */
export type StepOf = () => Promise<Float32Array>;

/** Serves steps until the input ends. */
export async function serve(step: StepOf, facts: object): Promise<void> {
  let gradient = await step();
  say({ ready: true, ...facts });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.startsWith("gradient ")) {
      writeFileSync(line.slice(9), gradient);
      say({ written: true });
      continue;
    }
    const milliseconds: number[] = [];
    for (let i = 0; i < Number(line); i++) {
      const start = performance.now();
      gradient = await step();
      milliseconds.push(performance.now() - start);
    }
    say({ milliseconds, peak: process.resourceUsage().maxRSS / 1024, ...facts });
  }
}

function say(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
