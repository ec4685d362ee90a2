/** Random small functional models of tfjs: a chain of pieces, some of which branch and join again. */
import fc from "fast-check";
import { randomize, tfl } from "./tfjs.js";

const { layers } = tfl;
type Map = tfl.SymbolicTensor;
type Piece = (map: Map) => Map;

const activations = [
  "linear",
  "relu",
  "relu6",
  "elu",
  "selu",
  "sigmoid",
  "hardSigmoid",
  "softplus",
  "softsign",
  "tanh",
  "swish",
  "mish",
  "gelu",
  "softmax",
];
const activation = fc.constantFrom(...activations) as fc.Arbitrary<"relu">;
const padding = fc.constantFrom("same" as const, "valid" as const);
const put = (layer: tfl.layers.Layer, map: Map): Map => layer.apply(map) as Map;

/** A window never larger than the map it slides over. */
function fitting(size: readonly [number, number], [, h, w]: Map["shape"]): [number, number] {
  return [Math.min(size[0], h!), Math.min(size[1], w!)];
}

const side = fc.integer({ min: 1, max: 3 });
const window = fc.tuple(side, side);

const conv = fc
  .record({
    filters: fc.integer({ min: 1, max: 5 }),
    kernelSize: window,
    step: fc.integer({ min: 1, max: 2 }),
    dilate: fc.boolean(),
    padding,
    activation,
    useBias: fc.boolean(),
  })
  .map(
    ({ kernelSize, step, dilate, ...rest }): Piece =>
      (map) => {
        const size = fitting(kernelSize, map.shape);
        const dilationRate = dilate && size.every((n, i) => (n - 1) * 2 < map.shape[i + 1]!) ? 2 : 1;
        return put(
          layers.conv2d({ ...rest, kernelSize: size, strides: dilationRate === 1 ? step : 1, dilationRate }),
          map,
        );
      },
  );

const depthwise = fc
  .record({
    kernelSize: window,
    strides: fc.integer({ min: 1, max: 2 }),
    depthMultiplier: fc.integer({ min: 1, max: 2 }),
    padding,
    activation,
    useBias: fc.boolean(),
  })
  .map(
    ({ kernelSize, ...rest }): Piece =>
      (map) =>
        put(layers.depthwiseConv2d({ ...rest, kernelSize: fitting(kernelSize, map.shape) }), map),
  );

const separable = fc
  .record({
    filters: fc.integer({ min: 1, max: 4 }),
    kernelSize: window,
    depthMultiplier: fc.integer({ min: 1, max: 2 }),
    padding,
    activation,
  })
  .map(
    ({ kernelSize, ...rest }): Piece =>
      (map) =>
        put(layers.separableConv2d({ ...rest, kernelSize: fitting(kernelSize, map.shape) }), map),
  );

const pool = fc.record({ poolSize: window, strides: fc.integer({ min: 1, max: 2 }), padding, max: fc.boolean() }).map(
  ({ max, poolSize, ...rest }): Piece =>
    (map) => {
      const args = {
        ...rest,
        strides: [rest.strides, rest.strides] as [number, number],
        poolSize: fitting(poolSize, map.shape),
      };
      return put(max ? layers.maxPooling2d(args) : layers.averagePooling2d(args), map);
    },
);

const norm = fc.record({ scale: fc.boolean(), center: fc.boolean(), epsilon: fc.constantFrom(1e-3, 0.1) }).map(
  (args): Piece =>
    (map) =>
      put(layers.batchNormalization(args), map),
);

const simple: fc.Arbitrary<Piece> = fc.oneof(
  activation.map(
    (name): Piece =>
      (map) =>
        put(layers.activation({ activation: name }), map),
  ),
  fc.constant<Piece>((map) => put(layers.dropout({ rate: 0.4 }), map)),
  fc.constant<Piece>((map) => put(layers.leakyReLU({ alpha: 0.2 }), map)),
  fc.constant<Piece>((map) => put(layers.prelu({ sharedAxes: [1, 2] }), map)),
  fc.tuple(side, side, side, side).map(
    ([t, b, l, r]): Piece =>
      (map) =>
        put(
          layers.zeroPadding2d({
            padding: [
              [t - 1, b],
              [l, r - 1],
            ],
          }),
          map,
        ),
  ),
  fc.constantFrom("nearest" as const, "bilinear" as const).map(
    (interpolation): Piece =>
      (map) =>
        map.shape[1]! > 8 ? map : put(layers.upSampling2d({ size: [2, 1], interpolation }), map),
  ),
);

const block = fc
  .record({
    join: fc.constantFrom("add", "multiply", "concatenate"),
    activation,
    shortcut: fc.boolean(),
    useBias: fc.boolean(),
  })
  .map(
    ({ join, shortcut, ...rest }): Piece =>
      (map) => {
        const filters = map.shape[3]!;
        const arm = (kernelSize: number): Map =>
          put(layers.conv2d({ ...rest, filters, kernelSize, padding: "same" }), map);
        const arms = shortcut ? [put(layers.batchNormalization(), arm(3)), map] : [arm(1), arm(3), map];
        const joined = { add: layers.add(), multiply: layers.multiply(), concatenate: layers.concatenate() }[join]!;
        return joined.apply(arms) as Map;
      },
  );

const head = fc.constantFrom<Piece>(
  (map) => map,
  (map) => put(layers.globalAveragePooling2d({}), map),
  (map) => put(layers.globalMaxPooling2d({}), map),
  (map) => put(layers.dense({ units: 3, activation: "softmax" }), put(layers.flatten(), map)),
);

/** A model of up to eight pieces with random weights. */
export const randomModel: fc.Arbitrary<tfl.LayersModel> = fc
  .record({
    size: fc.tuple(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 1, max: 3 })),
    first: conv,
    rest: fc.array(fc.oneof(conv, depthwise, separable, pool, norm, simple, block), { maxLength: 7 }),
    head,
    seed: fc.nat(1000),
  })
  .map(({ size, first, rest, head: last, seed }) => {
    const input = tfl.input({ shape: size });
    const outputs = [first, ...rest, last].reduce((map, piece) => piece(map), input);
    return randomize(tfl.model({ inputs: input, outputs }), seed);
  });
