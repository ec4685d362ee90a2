/** Steps that move values about: zeros around, channels side by side, enlarging, another shape. */
import { gatherTable } from "../gather.js";
import type { PlacedStep } from "../layout.js";
import { resizeTaps } from "../resize.js";
import type { ConcatStep, GatherStep, PadStep, ReshapeStep, ResizeStep } from "../steps.js";
import type { CpuKernel } from "./kernel.js";

/** Zeros around the map. */
export const pad: CpuKernel<PadStep> = {
  forward(placed, [input], output, count) {
    output.fill(0);
    eachRow(placed, count, (from, to, length) => output.set(input!.subarray(from, from + length), to));
  },
  adjoint(placed, _, gradient, [inputGradient], count) {
    eachRow(placed, count, (from, to, length) => {
      for (let i = 0; i < length; i++) inputGradient![from + i]! += gradient[to + i]!;
    });
  },
};

function eachRow(
  { inputs, output, pads }: PlacedStep<PadStep>,
  count: number,
  visit: (from: number, to: number, length: number) => void,
): void {
  const [h, w, c] = inputs[0]!;
  const [oh, ow] = output;
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < h; y++) {
      visit((n * h + y) * w * c, ((n * oh + y + pads.top) * ow + pads.left) * c, w * c);
    }
  }
}

/** Channels side by side. */
export const concat: CpuKernel<ConcatStep> = {
  forward(placed, inputs, output) {
    eachPart(placed, output.length, (part, from, to, length) =>
      output.set(inputs[part]!.subarray(from, from + length), to),
    );
  },
  adjoint(placed, _, gradient, inputGradients) {
    eachPart(placed, gradient.length, (part, from, to, length) => {
      for (let i = 0; i < length; i++) inputGradients[part]![from + i]! += gradient[to + i]!;
    });
  },
};

function eachPart(
  { inputs, output }: PlacedStep<ConcatStep>,
  length: number,
  visit: (part: number, from: number, to: number, length: number) => void,
): void {
  for (let position = 0; position < length / output[2]; position++) {
    let offset = 0;
    inputs.forEach(([, , c], part) => {
      visit(part, position * c, position * output[2] + offset, c);
      offset += c;
    });
  }
}

/** Enlarging by whole factors. */
export const resize: CpuKernel<ResizeStep> = {
  forward(placed, [input], output, count) {
    output.fill(0);
    eachCorner(placed, count, (from, to, share, c) => {
      for (let i = 0; i < c; i++) output[to + i]! += share * input![from + i]!;
    });
  },
  adjoint(placed, _, gradient, [inputGradient], count) {
    eachCorner(placed, count, (from, to, share, c) => {
      for (let i = 0; i < c; i++) inputGradient![from + i]! += share * gradient[to + i]!;
    });
  },
};

function eachCorner(
  { step, inputs, output }: PlacedStep<ResizeStep>,
  count: number,
  visit: (from: number, to: number, share: number, channels: number) => void,
): void {
  const [h, w, c] = inputs[0]!;
  const [oh, ow] = output;
  const rows = resizeTaps(h, step.factor[0], step.interpolation);
  const columns = resizeTaps(w, step.factor[1], step.interpolation);
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < oh; y++) {
      for (let x = 0; x < ow; x++) {
        for (const [row, rowShare] of [
          [rows.first[y]!, 1 - rows.share[y]!],
          [rows.second[y]!, rows.share[y]!],
        ] as const) {
          for (const [column, columnShare] of [
            [columns.first[x]!, 1 - columns.share[x]!],
            [columns.second[x]!, columns.share[x]!],
          ] as const) {
            const share = rowShare * columnShare;
            if (share > 0) visit(((n * h + row) * w + column) * c, ((n * oh + y) * ow + x) * c, share, c);
          }
        }
      }
    }
  }
}

/** The same values as a map of another size. */
export const reshape: CpuKernel<ReshapeStep> = {
  forward(_, [input], output) {
    output.set(input!);
  },
  adjoint(_, __, gradient, [inputGradient]) {
    for (let i = 0; i < gradient.length; i++) inputGradient![i]! += gradient[i]!;
  },
};

/** Values in other places. */
export const gather: CpuKernel<GatherStep> = {
  forward({ step, inputs }, [input], output, count) {
    const { run, sources, value, inputRuns } = gatherTable(step.gathering, inputs[0]!);
    for (let n = 0; n < count; n++) {
      sources.forEach((source, to) => {
        const [from, at] = [(n * inputRuns + source) * run, (n * sources.length + to) * run];
        for (let i = 0; i < run; i++) output[at + i] = source < 0 ? value : input![from + i]!;
      });
    }
  },
  adjoint({ step, inputs }, _, gradient, [inputGradient], count) {
    const { run, sources, inputRuns } = gatherTable(step.gathering, inputs[0]!);
    for (let n = 0; n < count; n++) {
      sources.forEach((source, to) => {
        const [from, at] = [(n * inputRuns + source) * run, (n * sources.length + to) * run];
        for (let i = 0; i < run && source >= 0; i++) inputGradient![from + i]! += gradient[at + i]!;
      });
    }
  },
};
