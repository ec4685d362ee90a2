/** What torchvision and timm call the parts of networks of bottlenecks. */
import type { BottleneckNames, Part } from "./bottlenecks.js";
import { classes } from "./modules.js";

/** A convolution, norm and activation in one list: 0, 1 and 2. */
const listed = (at: string): Part => ({ conv: `${at}.0`, norm: `${at}.1`, act: `${at}.2` });

/**
 * torchvision numbers what a block consists of.
 *
 * @param at - the place of a block's list
 */
export function torchvisionNames(
  at: (stage: number, place: readonly [number, number]) => string,
  {
    flat = false,
    epsilon = 1e-5,
    counts = "blocks",
  }: { flat?: boolean; epsilon?: number; counts?: "blocks" | "stages" },
): BottleneckNames {
  return {
    stem: listed("features.0"),
    block(stage, place) {
      const list = at(stage, place);
      let part = 0;
      return {
        block: list.replace(/\.(?:block|conv)$/, ""),
        next(kind) {
          const own = `${list}.${part++}`;
          return flat && kind === "project" ? { conv: own, norm: `${list}.${part++}`, act: "" } : listed(own);
        },
        weighing: () => ({ at: `${list}.${part++}`, parts: ["fc1", "fc2"] }),
      };
    },
    head: (stages, blocks) => listed(`features.${(counts === "blocks" ? blocks : stages) + 1}`),
    epsilon,
    top(net, x, count, { features, activation }) {
      if (features === undefined) return classes(net, "classifier.1", x, count);
      const mean = net.layer("GlobalAveragePooling2D", "avgpool", [x]);
      const made = net.activation(
        "classifier.1",
        net.layer("Dense", "classifier.0", [mean], { units: features }),
        activation,
      );
      net.layer("Dense", "classifier.3", [made], { units: count });
    },
  };
}

/** timm names what a block consists of, and numbers its norms. */
export const timmNames: BottleneckNames = {
  stem: { conv: "conv_stem", norm: "bn1", act: "bn1.act" },
  block(stage, [b]) {
    const at = `blocks.${stage}.${b}`;
    let norms = 0;
    return {
      block: at,
      next(kind, expands) {
        const own = { expand: "conv_pw", depthwise: "conv_dw", project: expands ? "conv_pwl" : "conv_pw" }[kind];
        const norm = `${at}.bn${++norms}`;
        return { conv: `${at}.${own}`, norm, act: `${norm}.act` };
      },
      weighing: () => ({ at: `${at}.se`, parts: ["conv_reduce", "conv_expand"] }),
    };
  },
  head: () => ({ conv: "conv_head", norm: "bn2", act: "bn2.act" }),
  epsilon: 1e-5,
  top(net, x, count) {
    classes(net, "classifier", x, count);
  },
};

/** timm's MobileNet V3 has its last convolution in a stage of its own, and another behind the mean. */
export const timmV3Names: BottleneckNames = {
  ...timmNames,
  head: (stages) => ({
    conv: `blocks.${stages}.0.conv`,
    norm: `blocks.${stages}.0.bn1`,
    act: `blocks.${stages}.0.bn1.act`,
  }),
  top(net, x, count, { features, activation }) {
    const mean = net.layer("GlobalAveragePooling2D", "global_pool", [x], { keepdims: true });
    const made = net.activation("act2", net.conv("conv_head", mean, [features!, 1]), activation);
    net.layer("Dense", "classifier", [net.layer("Flatten", "flatten", [made])], { units: count });
  },
};
