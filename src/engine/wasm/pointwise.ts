/** Steps that work value by value. */
import type { ActivationStep, AddStep, AffineStep, ExtremumStep, MultiplyStep } from "../steps.js";
import { eachPixel, type FeatureMap, lanesOf, newMap, writes } from "./feature-map.js";
import { asIs, type Finishing, finishFields } from "./finishing.js";
import { Finish, Pointwise } from "./kernels.generated.js";
import type { Contribution, StepKernel, Workshop } from "./step-kernel.js";

/** Bytes that a unit reads. */
const unitBytes = 64 * 1024;

/** What `combine` does beside the two maps. */
export interface CombineOptions {
  /** How values go to memory. */
  readonly finishing?: Finishing;
  /** The second map, of a sum or product. */
  readonly other?: FeatureMap;
  /** Of an affine map, addresses of a value per lane. */
  readonly affine?: { readonly scale: { readonly address: number }; readonly shift: { readonly address: number } };
  /** Of a leaky rectifier. */
  readonly slope?: number;
}

/** Emits one pointwise job; `output` may be one of the maps read. */
export function combine(
  { schedule }: Workshop,
  kind: keyof typeof Pointwise,
  {
    input,
    output,
    finishing = asIs,
    other,
    affine,
    slope = 0,
  }: CombineOptions & { readonly input: FeatureMap; readonly output: FeatureMap },
): void {
  const block = Math.max(1, Math.floor(unitBytes / input.pixel));
  schedule.emit("pointwise", { units: Math.ceil(input.pixels / block) }, () => ({
    ...writes(output),
    ...finishFields(finishing),
    kind: Pointwise[kind],
    a: input.address,
    aPixel: input.pixel,
    b: other?.address ?? 0,
    bPixel: other?.pixel ?? 0,
    scale: affine?.scale.address ?? 0,
    shift: affine?.shift.address ?? 0,
    slope,
    pixels: input.pixels,
    block,
  }));
}

/** `y = f(scale[c] · x + shift[c])`. */
export const affine: StepKernel<AffineStep> = {
  forward(shop, { step }, [input], output, finishing) {
    combine(shop, "Affine", {
      input: input!,
      output,
      finishing,
      affine: { scale: padded(shop, step.scale), shift: padded(shop, step.shift) },
    });
    return null;
  },
  adjoint(shop, { step }, { gradient, contribute }) {
    contribute(0, (output, finishing) => {
      const scale = padded(shop, step.scale);
      combine(shop, "Affine", {
        input: gradient,
        output,
        finishing,
        affine: { scale, shift: { address: shop.zeros } },
      });
    });
  },
};

function padded({ schedule }: Workshop, values: Float32Array): { readonly address: number } {
  const lanes = new Float32Array(lanesOf(values.length));
  lanes.set(values);
  return schedule.constant(lanes);
}

/** `y = f(x)`: a copy, finished or worked over as any fused activation. */
export const activation: StepKernel<ActivationStep> = {
  forward(shop, _, [input], output, finishing) {
    combine(shop, "Copy", { input: input!, output, finishing });
    return null;
  },
  adjoint(shop, _, { gradient, contribute }) {
    contribute(0, (output, finishing) => combine(shop, "Copy", { input: gradient, output, finishing }));
  },
};

/** `y = f(Σ x)`. */
export const add: StepKernel<AddStep> = {
  forward(shop, _, inputs, output, finishing) {
    fold(shop, "Sum", { maps: inputs, output, finishing });
    return null;
  },
  adjoint(shop, _, { inputs, inputGradients, gradient, contribute }) {
    inputs.forEach((__, i) => {
      const there = inputGradients[i]!.isAt(gradient);
      const copied: Contribution = (output, finishing) => {
        if (!there) combine(shop, "Copy", { input: gradient, output, finishing });
      };
      contribute(i, copied, !there);
    });
  },
};

/** `y = Π x`; the gradient of each factor is the product of the others. */
export const multiply: StepKernel<MultiplyStep> = {
  forward(shop, _, inputs, output, finishing) {
    fold(shop, "Product", { maps: inputs, output, finishing });
    return null;
  },
  adjoint(shop, _, { inputs, gradient, contribute }) {
    inputs.forEach((__, i) => {
      const maps = [gradient, ...inputs.filter((___, j) => j !== i)];
      contribute(i, (output, finishing) => {
        // A sum on the way to memory may come only once, after the last factor.
        const product =
          maps.length > 2
            ? newMap(shop.schedule, gradient.count, [gradient.height, gradient.width, gradient.channels])
            : output;
        if (maps.length > 2) fold(shop, "Product", { maps: maps.slice(0, -1), output: product, finishing: asIs });
        fold(shop, "Product", { maps: maps.length > 2 ? [product, maps.at(-1)!] : maps, output, finishing });
      });
    });
  },
};

/** Sums or multiplies maps one after the other; the last is finished. */
function fold(
  shop: Workshop,
  kind: "Sum" | "Product",
  { maps, output, finishing }: { maps: readonly FeatureMap[]; output: FeatureMap; finishing: Finishing },
): void {
  if (maps.length === 1) return combine(shop, "Copy", { input: maps[0]!, output, finishing });
  maps.slice(1).forEach((other, i) => {
    const last = i === maps.length - 2;
    combine(shop, kind, { input: i === 0 ? maps[0]! : output, other, output, finishing: last ? finishing : asIs });
  });
}

/** Maximum or minimum of several maps: rare, and computed in JavaScript on the memory. */
export const extremum: StepKernel<ExtremumStep> = {
  forward({ schedule, heap }, { step }, inputs, output) {
    const best = step.kind === "maximum" ? Math.max : Math.min;
    schedule.script([...inputs.map(({ room }) => room), output.room], () =>
      eachPixel([output, ...inputs], ([to, ...from]) => {
        const { floats } = heap;
        for (let c = 0; c < output.channels; c++) floats[to! + c] = best(...from.map((at) => floats[at + c]!));
        floats.fill(0, to! + output.channels, to! + output.lanes);
      }),
    );
    return null;
  },
  adjoint({ schedule, heap }, _, { inputs, output, gradient, contribute }) {
    inputs.forEach((__, i) => {
      const chosen: Contribution = (target, { flags }) =>
        schedule.script(
          [...inputs, output, gradient, target].map(({ room }) => room),
          () =>
            eachPixel([target, gradient, output, ...inputs], ([to, slope, best, ...from]) => {
              const { floats } = heap;
              for (let c = 0; c < output.channels; c++) {
                const first = from.findIndex((at) => floats[at + c] === floats[best! + c]) === i;
                const before = flags & Finish.Add ? floats[to! + c]! : 0;
                floats[to! + c] = before + (first ? floats[slope! + c]! : 0);
              }
              floats.fill(0, to! + output.channels, to! + output.lanes);
            }),
        );
      contribute(i, chosen, false);
    });
  },
};
