/** Drawing saved results: loads neither tfjs nor a model. */
export type { Circuit, CircuitEdge, CircuitNode, CircuitSettings } from "../circuit/circuit.js";
export type { Kernel, Sign } from "../core/kernel.js";
export type { BrokenItem } from "../dataset/dataset.js";
export type { Example, Examples, ExamplesSettings, Region, UnitExamples } from "../dataset/example.js";
export type {
  ClassShare,
  HistogramBin,
  Statistics,
  StatisticsSettings,
  UnitStatistics,
  UnitSums,
} from "../dataset/unit-statistics.js";
export type { Family, FamilyMember, FamilyTuning } from "../equivariance/family.js";
export type { Group } from "../equivariance/group.js";
export { group } from "../equivariance/groups/namespace.js";
export type { CanonicalKernel, Motif, MotifKind, Motifs } from "../equivariance/motif.js";
export type { Lab, LabInput, LabSettings, SecondStrength } from "../lab/sheet.js";
export type { EngineReference, ModelReference, NetworkResult, Result, RunResult } from "../network/result.js";
export { parse, parseAll, stringify } from "../results/codec.js";
export type { AnyResult, ResultKind, Results } from "../results/kinds.js";
export type { AngleDialFigureOptions } from "./angle-dial.js";
export type { Bands } from "./bands.js";
export type { ChannelsFigureOptions } from "./channels.js";
export type { CircuitFigureOptions } from "./circuit.js";
export type { ContactSheetOptions, SheetPicture } from "./contact-sheet.js";
export { type Displayed, display } from "./display.js";
export type { ExamplesFigureOptions } from "./examples.js";
export type { ExpandedFigureOptions } from "./expanded.js";
export type { FactorsFigureOptions } from "./factors.js";
export type { FamilyFigureOptions } from "./family.js";
export type { FamilyGraphFigureOptions } from "./family-graph.js";
export type { FanFigureOptions } from "./fan.js";
export type { FieldFigureOptions } from "./field.js";
export type { FigureOptions } from "./frame.js";
export type { HeatMapFigureOptions } from "./heat-map.js";
export type { HistogramFigureOptions } from "./histogram.js";
export { type FigureFold, type FigureTable, type HTMLOptions, toHTML } from "./html.js";
export type { InputsFigureOptions } from "./inputs.js";
export type { JointTuningFigureOptions } from "./joint-tuning.js";
export type { KernelMatrixFigureOptions } from "./kernel-matrix.js";
export { labPage } from "./lab-page.js";
export { type LabFigureOptions, type LabWords, labWords } from "./lab-words.js";
export type { Figure, Mark } from "./mark.js";
export type { MirroredFigureOptions } from "./mirrored.js";
export type { MotifFigureOptions } from "./motif.js";
export type { MotifMatrixFigureOptions } from "./motif-matrix.js";
export { figure } from "./namespace.js";
export { decodePNG, encodePNG } from "./picture.js";
export type { ResponseMapFigureOptions } from "./response-map.js";
export type { SuperpositionFigureOptions } from "./superposition.js";
export { toSVG } from "./svg.js";
export type { Accents, FigureTheme } from "./theme.js";
export type { KernelFigureOptions } from "./tile.js";
export type { NamedCurve, TuningFigureOptions } from "./tuning.js";
export type { Icons } from "./unit-icon.js";
