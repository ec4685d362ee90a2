/** A right call of every public function: its arguments by name and in order, options with every option there is. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as convlens from "../../src/index.js";
import { layersArtifacts } from "../../src/load/save/artifacts.js";
import type { Results } from "../../src/results/kinds.js";
import { plant } from "../equivariance/planted.js";
import { net, photo } from "../results/samples.js";
import {
  absent,
  isAbsent,
  isEmptyList,
  isEmptyObject,
  isFileName,
  isFunction,
  isListed,
  isNull,
  isNumber,
  isOneOf,
  isText,
  isWhole,
  list,
  may,
  number,
  type Options,
  options,
  text,
  whole,
} from "./right.js";

/** Arguments by name, in order. */
export type Args = Readonly<Record<string, unknown>>;

/** Largest side of a picture that is drawn or shown. */
const side = 8192;
/** Most steps of a climb, pictures at a time and the like. */
const most = 1e6;

const blocks = plant({ group: convlens.group.rotations(4), kernels: [3, 3], channels: 8, noise: 0.1, seed: 7 }).blocks;

/** Options of every figure, and more of its own. */
const drawing = (more: Args = {}): Options =>
  options({
    title: text("a title"),
    caption: text("a caption"),
    background: text("none"),
    width: may(400, isNumber(1e-9, 1e5)),
    font: text("Inter"),
    theme: "dark",
    id: may("a", isOneOf("nonsense", "A")),
    ...more,
  });
const pixels = whole(40, 1, side);

/** The bytes of a `.npy` file of two grey pictures of 2 × 2. */
function npy(): Uint8Array {
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 2), }".padEnd(117) + "\n";
  return Uint8Array.from([
    0x93,
    ...Buffer.from("NUMPY"),
    1,
    0,
    header.length,
    0,
    ...Buffer.from(header),
    ...Array(8).fill(9),
  ]);
}

/** The calls, by name as users write it; files are written into `folder`. */
export async function calls(all: Results, folder: string): Promise<Record<string, Args>> {
  const { createImage, cpuEngine, group, objective, optimizer, param, transform } = convlens;
  const engine = cpuEngine();
  const image = photo();
  const photos = list([{ id: "1", image: photo(), label: "1" }]);
  const unit = "b:1";
  const units = "b";
  const layer = "b";
  const turns = group.rotations(4);
  const signal = new AbortController().signal;
  const onProgress = may(() => undefined, isFunction);
  const run = { signal, onProgress, engine };
  const shown = { size: whole(12, 1, side), fit: "cover" };
  const show = { ...run, ...shown, preActivation: may(false, isOneOf(true)), batch: whole(2, 1, most) };
  const flag = (value: boolean) => may(value, isOneOf(!value));
  const seed = may(0, isWhole(-1));
  const read = { strength: may("l2", isFunction), weights: "folded" };
  const kernel = convlens.slice(net, "b:1", "a:0");
  const kernels = [kernel];
  const family = all.families.families[0]!;
  const motif = all.motifs.motifs[0]!;
  const ofMotif = list(convlens.motifKernels(blocks, motif));
  const curve = all.tuning.units[0]!.curve!;
  const search = {
    group: turns,
    threshold: number(0.35, -1, 1),
    alpha: number(0.05, 0, 1),
    nullDraws: whole(19, 1, most),
    seed,
    signal,
    onProgress,
  };
  const sweep = convlens.defaultSweep(net, unit, "edge", { count: 8 });
  const drawn = convlens.figure.circuit(all.circuit);
  const scalar = { ...run, at: "max", preActivation: flag(false), batch: whole(2, 1, most) };
  const pass = { ...show, from: undefined, onPart: may(() => undefined, isFunction), every: whole(10, 1) };
  const ascent = {
    size: may(12, isWhole(1, side)),
    steps: whole(2, 1, most),
    param: param.pixels(),
    transforms: list([]),
    optimizer: optimizer.sgd(),
    redirectSteps: whole(0, 0),
    plateau: number(0, 0, 1),
  };
  const climb = { ...run, ...ascent, preset: "draft", seed, transparency: flag(false) };
  const icons = may({ "b:1": image }, isEmptyObject);
  const example = all.examples.units[0]!.top[0]!;
  const stimulus = {
    size: whole(24, 1, side),
    background: number(0.5, 0, 1),
    foreground: number(1, 0, 1),
    aperture: may(9, isNumber(0, Number.POSITIVE_INFINITY)),
  };
  const { foreground: _, ...withoutForeground } = stimulus;
  const colors = { decorrelate: flag(true), range: "clip" };
  const angle = number(0);
  const vector = [1, 0, 0, 0];
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const picture = convlens.encodePNG(createImage(2, 2, 3));
  mkdirSync(join(folder, "photos"));
  file("photos/1.png", picture);
  const out = (name: string) => may(join(folder, name), isFileName);
  const tensors = { file: "f", tensors: new Map([["w", { shape: [2], read: async () => new Float32Array(2) }]]) };
  const store = new Map<string, Uint8Array>();
  const texts = list(["1"]);
  const table = { caption: text("t"), header: texts, rows: list([["b"]]) };
  const preprocessing = net.input.preprocessing;
  const found = (of: string) => convlens.findFamilies(net, of, { group: turns, nullDraws: 19 });
  const agreed = await convlens.familiesFromResponses(net, layer, [{ id: "1", image }], {
    group: turns,
    nullDraws: 19,
    engine,
    families: [family],
  });
  await convlens.saveModel(net, join(folder, "model"));
  const opening = options({
    architecture: may(undefined, isFunction),
    fetch: may(fetch, isFunction),
    upTo: "a",
    preprocessing: may("unit", isEmptyObject),
    name: text("n"),
    signal,
    onProgress,
  });
  return {
    // values
    parseUnit: { unit: may(unit, isOneOf("B:1")) },
    formatUnit: { unit: { layer: "b", channel: 1 } },
    formatShape: { shape: list([1, 2, 3]) },
    formatMatrix: { data: list([1, 2, 3, 4]), columns: whole(2, 1), decimals: absent(whole(3, 0, 100)) },
    formatTable: { header: list(["1"]), rows: list([["1"]]) },
    print: { kernel, decimals: absent(whole(3, 0, 100)) },
    terminalText: { text: text("a") },
    terminalJSON: { json: text("{}") },
    createImage: { height: 2, width: 2, channels: 3, data: absent(new Float32Array(12)) },
    fingerprint: { net },
    resolveUnit: { net, unit },
    unitFileName: { net, unit },
    layerFileName: { net, layer },
    // A file of weights alone has no operation.
    createNetwork: { name: text("n"), ops: may(net.ops, isEmptyList), input: net.input },
    preprocessing: { preprocessing: may("unit", isEmptyObject), channels: absent(whole(3, 1)) },
    describePreprocessing: { preprocessing },
    formatReceptiveField: { field: may(net.layer("b").receptiveField, isNull) },
    stringify: { result: may(all.circuit, isEmptyList) },
    parse: { kind: "circuit", text: convlens.stringify(all.circuit), net: absent(net) },
    parseAll: { text: convlens.stringify(all.circuit), net: absent(net) },
    // reading weights
    inputs: { net, unit, options: options({ ...read, count: whole(2, 1), from: "a" }) },
    outputs: { net, unit: "a:0", options: options({ ...read, count: whole(2, 1) }) },
    slice: { net, to: unit, from: may("a:0", isAbsent, isEmptyObject), options: options({ weights: "folded" }) },
    factor: {
      net,
      layer,
      options: options({ count: 2, method: "svd", from: "a", channels: [0, 1], seed, weights: "folded" }),
    },
    filterImages: { net, layer: "a" },
    // circuits
    grow: { net, roots: unit, options: options({ ...read, depth: whole(1, 1), width: whole(1, 1) }) },
    downstream: { net, roots: "a:0", options: options({ ...read, depth: whole(1, 1), width: whole(1, 1) }) },
    joinKernels: { kernels, options: options({ name: text("made"), strength: may("l2", isFunction) }) },
    prune: { circuit: all.circuit, options: options({ keep: may(0.5, isNumber(0, 1)) }, "keep") },
    paths: { circuit: all.circuit, from: "a:0", to: unit },
    union: { a: all.circuit, b: all.circuit },
    intersection: { a: all.circuit, b: all.circuit },
    difference: { a: all.circuit, b: all.circuit },
    expand: { net, to: unit, from: "image", options: options({ photos, method: "composition", engine, signal }) },
    expandedKernel: { expanded: all.expanded, channel: 0 },
    attribution: { net, unit, image, options: options({ ...run, from: "a", at: [0, 0], path: whole(1, 1, 10_000) }) },
    faithfulness: {
      net,
      circuit: { edges: all.circuit.edges },
      unit,
      photos: [{ id: "1", image: photo() }],
      options: options({ ...run, ...shown, order: "random", keep: [1], seed }),
    },
    verify: {
      net,
      circuit: { edges: all.circuit.edges },
      photos: [{ id: "1", image: photo() }],
      options: options({ ...run, ...shown, intervention: "ablate" }),
    },
    familyGraph: {
      net,
      groups: [{ name: text("g"), units: ["b:0"] }],
      options: options({ strength: may("l2", isFunction) }),
    },
    describeFamily: { graph: all["family-graph"], name: "above" },
    edit: { net, changes: list([{ to: unit, weights: "zero" }]) },
    ablate: { unit: may(unit, isOneOf("B:1")) },
    // data
    examples: {
      net,
      units,
      dataset: [{ id: "1", image: photo() }],
      options: options({
        ...pass,
        count: whole(1, 0),
        bottom: whole(0, 0),
        random: whole(0, 0),
        statistic: "max",
        per: "picture",
        crops: flag(true),
        pictures: flag(false),
        seed,
      }),
    },
    statistics: {
      net,
      units,
      dataset: [{ id: "1", image: photo() }],
      options: options({ ...pass, correlation: flag(true) }),
    },
    streamActivations: {
      net,
      units,
      dataset: photos,
      options: options({ ...show, skip: may(() => false, isFunction), onBroken: may(() => undefined, isFunction) }),
    },
    storeActivations: {
      net,
      show: { units, dataset: [{ id: "1", image: photo() }] },
      store: { get: (key: string) => store.get(key), set: (key: string, value: Uint8Array) => store.set(key, value) },
      options: options({ ...show, skip: may(() => false, isFunction) }),
    },
    activations: { net, units, image, options: options({ ...run, preActivation: flag(false) }) },
    gradCAM: { net, unit: "classes:1", image, options: options({ ...run, layer: "b" }) },
    cam: { net, unit: "classes:1", image, options: options(run) },
    tune: { net, units, sweep, options: options(scalar) },
    jointTuning: {
      net,
      family: { units: "b", photographs: [photo()] },
      options: options({ ...scalar, count: whole(8, 4, most) }),
    },
    defaultSweep: {
      net,
      unit,
      name: "edge",
      options: options({ count: whole(8, 1, most), size: whole(12, 1, side) }),
    },
    fitToInput: { net, image, options: options(shown) },
    mergeExamples: { parts: [all.examples] },
    mergeStatistics: { parts: [all.statistics] },
    byQuantile: {
      examples: { ...all.examples.units[0]!, random: all.examples.units[0]!.top },
      options: options({ parts: whole(1, 1, most), count: whole(1, 1) }),
    },
    tuningCurve: { responses: [1, 2, 3, 4], period: absent(number(360, 1e-9)) },
    angleBetween: { a: number(0), b: number(90), period: absent(number(360, 1e-9)) },
    evenAngles: { count: absent(whole(36, 1, most)), period: absent(number(360, 1e-9)) },
    sweep: {
      stimulus: may(() => image, isFunction),
      axes: { angle: [0, 90] },
      options: options({ name: text("s") }),
    },
    doctor: {
      net,
      options: options({
        ...run,
        photos: list([{ id: "1", image, label: "1" }]),
        labels: may(["1", "2"], isFunction),
        count: whole(1, 1),
      }),
    },
    formatDiagnosis: { diagnosis: all.diagnosis },
    mnistPictures: {
      pictures: Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7]),
      labels: absent(Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 1, 7])),
    },
    cifarPictures: {
      bytes: new Uint8Array(3073),
      options: options({ labelBytes: 1, names: list(["1"]) }),
    },
    npyPictures: {
      bytes: npy(),
      options: options({ channels: "last", full: may(255, isNumber(1e-9)), labels: list(["1", "2"]), array: "" }),
    },
    "stimulus.line": {
      options: options({
        ...stimulus,
        angle,
        offset: angle,
        width: number(2, 0),
        length: may(9, isNumber(0, Number.POSITIVE_INFINITY)),
      }),
    },
    "stimulus.edge": { options: options({ ...stimulus, angle, offset: angle, blur: number(1, 0) }) },
    "stimulus.grating": {
      options: options({ ...stimulus, angle, wavelength: number(4, 1), phase: angle, contrast: number(1, 0, 1) }),
    },
    "stimulus.gabor": {
      options: options({
        ...stimulus,
        angle,
        wavelength: number(4, 1),
        phase: angle,
        contrast: number(1, 0, 1),
        sigma: number(3, 1e-9),
      }),
    },
    "stimulus.arc": {
      options: options({ ...stimulus, angle, radius: number(6, 1e-9), span: number(90, 0, 360), width: number(2, 0) }),
    },
    "stimulus.circle": { options: options({ ...stimulus, radius: number(6, 1e-9), width: number(2, 0) }) },
    "stimulus.corner": {
      options: options({
        ...stimulus,
        angle,
        opening: number(90, 0, 360),
        rounding: number(1, 0),
        width: number(2, 0),
      }),
    },
    "stimulus.highLow": { options: options({ ...stimulus, angle, ratio: number(3, 1e-9), wavelength: number(4, 1) }) },
    "stimulus.dots": {
      options: options({
        ...stimulus,
        angle,
        spacing: may(4, isNumber(1, Number.POSITIVE_INFINITY)),
        radius: number(1, 0),
      }),
    },
    "stimulus.patch": {
      options: options({
        ...withoutForeground,
        hue: angle,
        chroma: number(0.1, 0, 1),
        radius: may(6, isNumber(0, Number.POSITIVE_INFINITY)),
      }),
    },
    // pictures
    visualize: {
      net,
      target: unit,
      options: options({
        ...climb,
        count: whole(1, 1, 64),
        batch: whole(1, 1, most),
        workers: 1,
        onPicture: may(() => undefined, isFunction),
      }),
    },
    "visualize (browser)": {
      net,
      target: unit,
      options: options({
        ...climb,
        count: whole(1, 1, 64),
        batch: whole(1, 1, most),
        workers: 1,
        onPicture: may(() => undefined, isFunction),
      }),
    },
    ascend: {
      net,
      objective: objective.channel(unit),
      options: options({ ...ascent, engine, seed, count: whole(1, 1, 64), signal }, ...Object.keys(ascent), "engine"),
    },
    lab: {
      net,
      unit,
      options: options({ ...climb, ...read, count: whole(1, 0), view: "neuron", photos }),
    },
    preset: { name: "swift" },
    unitsOf: { net, layer },
    flawOf: { picture: { image, status: "alive" } },
    displayable: { net, image },
    "objective.channel": { unit: may(unit, isOneOf("B:1")), options: options({ preActivation: flag(false) }) },
    "objective.neuron": { unit: may(unit, isOneOf("B:1")) },
    "objective.position": { unit: may(unit, isOneOf("B:1")), at: [0, 0] },
    "objective.logit": { unit: may(unit, isOneOf("B:1")) },
    "objective.layer": { layer: text("b") },
    "objective.interaction": { a: may(unit, isOneOf("B:1")), b: may("b:0", isOneOf("B:0")) },
    "objective.direction": { layer: text("b"), vector, options: options({ cosinePower: number(0, 0) }) },
    "objective.directionAt": {
      layer: text("b"),
      vector,
      options: options({ cosinePower: number(0, 0), at: [0, 0] }),
    },
    "objective.tensorDirection": {
      layer: text("b"),
      pattern: { height: 1, width: 1, data: [1, 0, 0, 1] },
      options: options({ cosinePower: number(0, 0) }),
    },
    "objective.caricature": {
      layer: text("b"),
      of: may(image, isListed),
      options: options({ cosinePower: number(0, 0) }),
    },
    "objective.activationDifference": {
      layer: text("b"),
      wanted: may(image, isListed),
      options: options({ norm: "l1" }),
    },
    "objective.diversity": { layer: text("b") },
    "objective.alignment": { layer: text("b"), options: options({ decay: number(2, 0) }) },
    "objective.l1": { constant: absent(number(0.5)) },
    "objective.l2": { constant: absent(number(0.5)) },
    "objective.boundary": { width: absent(whole(2, 1)) },
    "objective.each": { objectives: [objective.channel(unit)] },
    "objective.custom": { terms: objective.channel(unit).terms },
    "objective.from": { json: objective.channel(unit).toJSON() },
    "optimizer.sgd": { options: options({ learningRate: number(1, 0), normalize: flag(true) }) },
    "optimizer.adam": { options: options(adam) },
    "optimizer.nadam": { options: options(adam) },
    "optimizer.rmsprop": {
      options: options({ learningRate: number(0.1, 0), rho: number(0.9, 0, 1), epsilon: number(1e-8, 0) }),
    },
    "param.pixels": { options: options({ std: number(0.01, 0), ...colors }) },
    "param.fourier": { options: options({ std: number(0.01, 0), decay: number(1), ...colors }) },
    "param.laplacian": { options: options({ levels: whole(2, 1, 64), std: number(0.01, 0), ...colors }) },
    "param.shared": { options: options({ factor: whole(2, 1, side), std: number(0.01, 0), ...colors }) },
    "param.maco": { options: options({ spectrum: param.spectrum([image]), exponent: number(1), std: number(1, 0) }) },
    "param.cppn": { options: options({ layers: whole(2, 1, 1000), width: whole(4, 1, 10_000) }) },
    "param.alpha": { pictures: param.pixels() },
    "param.spectrum": { images: [image] },
    "transform.pad": { size: whole(2, 0, side), value: absent(number(0.5)) },
    "transform.jitter": { size: whole(2, 0, side) },
    "transform.scale": { factors: [1, 1.1] },
    "transform.rotate": { angles: [0, 5] },
    "transform.crops": {
      options: options({
        count: whole(1, 1, 1000),
        size: whole(8, 1, side),
        side: [0.5, 0.1],
        sideStd: number(0, 0),
        centreStd: number(0, 0),
      }),
    },
    "transform.blur": { from: number(1, 1e-9, 2), to: absent(number(2, 1, 1000)) },
    "transform.noise": { std: number(0.1, 0) },
    "transform.compose": { transforms: list([transform.flip()]) },
    // engines
    chooseEngine: { net, options: options({ prefer: "cpu" }) },
    createEngine: { name: "cpu" },
    wasmEngine: { options: options({ precision: "fast", threads: whole(1, 1, 1024), relaxed: flag(false) }) },
    tfjsEngine: { options: options({ backend: "cpu" }) },
    // families
    findFamilies: {
      weights: blocks,
      layer: "layer0",
      options: options(
        {
          ...search,
          by: "incoming",
          inputs: "fixed",
          weights: "folded",
          families: list([]),
          angles: may({}, isEmptyObject),
          engine,
        },
        "group",
      ),
    },
    findMotifs: {
      weights: blocks,
      from: "layer0",
      to: "layer1",
      options: options(
        {
          ...search,
          by: "incoming",
          families: list(all.families.families),
          weights: "folded",
          angles: may({}, isEmptyObject),
          engine,
        },
        "group",
      ),
    },
    familiesFromResponses: {
      net,
      layer,
      dataset: [{ id: "1", image: photo() }],
      options: options(
        { ...search, engine, size: whole(12, 1, side), batch: whole(4, 1, most), families: list([]) },
        "group",
      ),
    },
    agreement: { first: list(all.families.families), second: list(all.families.families), group: turns },
    foldBySymmetry: { motif },
    motifKernels: { weights: blocks, motif, choice: absent("folded") },
    "group.rotations": { count: 4 },
    "group.dihedral": { count: 4 },
    "group.hue": { count: 4 },
    "group.scale": { steps: 2, factor: absent(may(1.5, isNumber(1, 8))) },
    "group.product": { first: group.flip(), second: group.hue(3) },
    // figures
    "figure.kernel": { kernel, options: drawing({ size: pixels, limit: number(1, 0) }) },
    "figure.inputs": {
      inputs: list(convlens.inputs(net, unit)),
      options: drawing({ columns: whole(2, 1, 1000), limit: number(1, 0) }),
    },
    "figure.lab": { lab: all.lab, options: drawing() },
    "figure.contactSheet": {
      pictures: list([{ image, name: text("a"), note: text("b") }]),
      options: drawing({ columns: whole(2, 1, 1000), side: pixels }),
    },
    "figure.circuit": {
      circuit: all.circuit,
      options: drawing({ icons, most: whole(60, 1), side: pixels, sign: "sum" }),
    },
    "figure.effects": { verification: all.verification, options: drawing() },
    "figure.superposition": {
      inputs: list(convlens.inputs(net, unit)),
      options: options(
        {
          ...drawing().of,
          icons,
          reach: number(8, 0),
          step: number(8, 0),
        },
        "icons",
      ),
    },
    "figure.mirrored": {
      circuit: all.circuit,
      options: options(
        { ...drawing().of, pairs: list([["b:1", "a:0"]]), rows: ["1", "2", "3"], icons, side: pixels, sign: "sum" },
        "pairs",
      ),
    },
    "figure.fan": { inputs: list(convlens.outputs(net, "a:0")), options: drawing({ icons, side: pixels }) },
    "figure.familyGraph": { graph: all["family-graph"], options: drawing({ least: number(0, 0, 1) }) },
    "figure.factors": { factors: all.factors, options: drawing({ icons, channels: whole(2, 1), units: whole(2, 1) }) },
    "figure.expanded": { expanded: all.expanded, options: drawing({ icons, count: whole(2, 1), side: pixels }) },
    "figure.examples": {
      examples: all.examples.units[0],
      options: drawing({ columns: whole(2, 1, 1000), size: pixels }),
    },
    "figure.field": { example: { ...example, picture: image }, options: drawing({ size: pixels }) },
    "figure.channels": {
      image,
      maps: list([all["activation-map"]]),
      options: drawing({
        columns: whole(2, 1, 1000),
        count: whole(2, 1),
        limit: may("own", isNumber(0)),
        order: "channel",
        size: pixels,
      }),
    },
    "figure.heatMap": { image, map: all["activation-map"], options: drawing({ size: pixels, limit: number(1, 0) }) },
    "figure.histogram": {
      statistics: all.statistics.units[0],
      options: drawing({ bins: whole(4, 1, 1e4), height: pixels }),
    },
    "figure.tuning": {
      curves: [{ name: text("x"), curve, icon: image }],
      options: drawing({ size: pixels, limit: number(1, 0) }),
    },
    "figure.responseMap": { tuning: all.tuning, options: drawing({ sweep, limit: number(1, 0), scale: [1] }) },
    "figure.jointTuning": { tuning: all["joint-tuning"], options: drawing({ height: pixels }) },
    "figure.motifMatrix": { motifs: list([motif]), options: drawing({ families: list([family]), side: pixels }) },
    "figure.motif": {
      motif,
      kernels: ofMotif,
      options: drawing({ icons, group: turns, rows: whole(1, 1), copies: whole(1, 1), side: pixels }),
    },
    "figure.kernelMatrix": { motif, kernels: ofMotif, options: drawing({ icons, side: pixels }) },
    "figure.family": { family, group: turns, options: drawing({ icons, side: pixels, columns: whole(2, 1, 1000) }) },
    "figure.angleDial": { family, group: turns, options: drawing({ icons, side: pixels, size: pixels }) },
    motifsReport: {
      net,
      found: {
        families: [await found("a"), await found("b")],
        motifs: list([]),
        group: turns,
        icons,
        most: whole(1, 0),
        responses: list([]),
      },
    },
    describeAgreement: { families: agreed },
    labPage: { lab: all.lab },
    toSVG: { figure: drawn },
    toHTML: {
      figures: list([drawn]),
      options: options({
        title: text("t"),
        introduction: texts,
        tables: list([table]),
        folds: list([{ summary: text("s"), figures: [drawn], tables: [table] }]),
      }),
    },
    toPNG: { figure: drawn, options: options({ scale: may(0.5, isNumber(1e-9, 16)), signal }) },
    display: { figure: drawn },
    encodePNG: { image },
    decodePNG: { bytes: picture },
    // files and models
    open: {
      source: text(join(folder, "model/model.json")),
      options: opening,
    },
    "open (browser)": { source: { load: () => layersArtifacts(net) }, options: opening },
    readTensor: { tensors, name: "w", shape: [2] },
    toLayersModel: { net },
    saveModel: { net, folder: out("saved") },
    saveWeights: { net, path: out("weights.npz") },
    save: { path: out("a.txt"), content: text("a") },
    saveAll: { folder: out("all"), files: may({ "a.txt": "a" }, isEmptyObject) },
    checkWritable: { folder: text(join(folder, "new")) },
    savePictures: {
      net,
      units: list([unit]),
      folder: out("pictures"),
      options: options({
        ...run,
        preset: "draft",
        seed,
        steps: whole(2, 1, most),
        size: whole(12, 1, side),
        plateau: number(0, 0, 1),
        batch: whole(1, 1, most),
        workers: 1,
        view: "neuron",
        onRecord: may(() => undefined, isFunction),
      }),
    },
    photos: {
      folder: text(join(folder, "photos")),
      options: options({ decoder: "builtin", shard: { index: 0, of: 1 } }),
    },
    "photos (browser)": { sources: list(["1"]) },
    readImage: { path: text(join(folder, "photos/1.png")), decoder: absent("builtin") },
    readLabels: { path: text(file("labels.json", '["a"]')) },
    decodePicture: { bytes: picture, decoder: absent("builtin") },
    zarrFolder: { folder: text(join(folder, "zarr")) },
  };
}

const adam = {
  learningRate: number(0.1, 0),
  peak: number(0.2, 1e-9),
  beta1: number(0.9, 0, 1),
  beta2: number(0.9, 0, 1),
  epsilon: number(1e-8, 0),
  weightDecay: number(0, 0),
};
