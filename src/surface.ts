/** What every platform has: the public surface but for files. */

export {
  type Attribution,
  type AttributionOptions,
  type AttributionSettings,
  attribution,
} from "./circuit/attribution.js";
export type { RectifiersPart, VerifiedEdge } from "./circuit/edge-test.js";
export { ablate, type Edit, edit } from "./circuit/edit.js";
export { type ExpandOptions, expand } from "./circuit/expand.js";
export { type Expanded, type ExpandSettings, expandedKernel } from "./circuit/expanded.js";
export {
  type EdgeOrder,
  type Faithfulness,
  type FaithfulnessOptions,
  type FaithfulnessSettings,
  faithfulness,
} from "./circuit/faithfulness.js";
export { describeFamily, type FamilyGraph } from "./circuit/family-edges.js";
export { familyGraph, type UnitGroup } from "./circuit/family-graph.js";
export { type JoinOptions, joinKernels } from "./circuit/from-kernels.js";
export { type DownstreamOptions, downstream, type GrowOptions, grow } from "./circuit/grow.js";
export { difference, intersection, paths, prune, union } from "./circuit/prune.js";
export {
  type EdgeLike,
  type Verification,
  type VerificationSettings,
  type VerifyOptions,
  verify,
} from "./circuit/verify.js";
export { isLensError, LensError, type LensErrorCode } from "./core/errors.js";
export { createImage, type Image } from "./core/image.js";
export type { Kernel, Sign } from "./core/kernel.js";
export type { Limits } from "./core/limits.js";
export { type OptionalPackage, provide } from "./core/packages.js";
export { formatMatrix, formatTable, print } from "./core/print.js";
export type { Random } from "./core/random.js";
export type { Progress, RunOptions } from "./core/run.js";
export { formatShape, type Shape } from "./core/shape.js";
export { terminalJSON, terminalText } from "./core/terminal.js";
export { formatUnit, parseUnit, type Unit, type UnitLike } from "./core/unit.js";
export { version } from "./core/version.js";
export {
  type ActivationMap,
  type ActivationMapSettings,
  type ActivationsOptions,
  activations,
} from "./dataset/activations.js";
export { type CAMOptions, cam, type GradCAMOptions, gradCAM } from "./dataset/cam.js";
export { type CifarPicturesOptions, cifarPictures } from "./dataset/cifar.js";
export type { Dataset, DatasetItem } from "./dataset/dataset.js";
export { type DefaultSweepOptions, defaultSweep, type StimulusName } from "./dataset/default-sweep.js";
export { type ExamplesOptions, examples } from "./dataset/examples.js";
export type { Fit } from "./dataset/fit.js";
export { fitToInput } from "./dataset/fit-to-input.js";
export { type JointMember, type JointTuning, type JointTuningOptions, jointTuning } from "./dataset/joint-tuning.js";
export { mergeExamples } from "./dataset/merge-examples.js";
export { mergeStatistics } from "./dataset/merge-statistics.js";
export { type MnistPicturesOptions, mnistPictures } from "./dataset/mnist.js";
export { type NpyPicturesOptions, npyPictures } from "./dataset/npy.js";
export type { PassOptions } from "./dataset/pass.js";
export type { PhotoSource } from "./dataset/photo-source.js";
export type { Mask, Positions } from "./dataset/positions.js";
export { type ByQuantileOptions, byQuantile } from "./dataset/quantile.js";
export type { ResponseAt, ScalarResponsesOptions } from "./dataset/scalar-responses.js";
export { type StatisticsOptions, statistics } from "./dataset/statistics.js";
export type { ArcOptions, CircleOptions } from "./dataset/stimuli/arc.js";
export type { Color, StimulusOptions } from "./dataset/stimuli/canvas.js";
export type { CornerOptions } from "./dataset/stimuli/corner.js";
export type { DotsOptions } from "./dataset/stimuli/dots.js";
export type { EdgeOptions } from "./dataset/stimuli/edge.js";
export type { GaborOptions, GratingOptions } from "./dataset/stimuli/grating.js";
export type { HighLowOptions } from "./dataset/stimuli/high-low.js";
export type { LineOptions } from "./dataset/stimuli/line.js";
export { stimulus } from "./dataset/stimuli/namespace.js";
export type { PatchOptions } from "./dataset/stimuli/patch.js";
export { type ActivationStore, type StoredActivations, storeActivations } from "./dataset/store-activations.js";
export {
  type FitToInputOptions,
  type LayerResponse,
  type Response,
  type StreamActivationsOptions,
  streamActivations,
} from "./dataset/stream-activations.js";
export { evenAngles, type Sweep, type SweepAxis, type SweepOptions, type SweepValues, sweep } from "./dataset/sweep.js";
export { type TuneOptions, type Tuning, type TuningSettings, tune, type UnitTuning } from "./dataset/tune.js";
export { angleBetween, type TuningCurve, tuningCurve } from "./dataset/tuning-curve.js";
export type { UnitsLike } from "./dataset/units.js";
export {
  type Dictionary,
  type DictionaryFeature,
  type DictionaryOptions,
  type DictionarySettings,
  dictionary,
} from "./dictionary/dictionary.js";
export { withDictionary } from "./dictionary/with-dictionary.js";
export { type DoctorOptions, doctor } from "./doctor/doctor.js";
export type {
  Diagnosis,
  Finding,
  FindingKind,
  LabelVerdict,
  PreprocessingEvidence,
  PreprocessingVerdict,
} from "./doctor/finding.js";
export type { Labels } from "./doctor/labels.js";
export { formatDiagnosis } from "./doctor/report.js";
export { type Choice, type ChooseOptions, type Considered, chooseEngine } from "./engine/choose.js";
export { cpuEngine } from "./engine/cpu/cpu.js";
export { createEngine, type EngineName } from "./engine/create.js";
export type { Engine, Volume } from "./engine/engine.js";
export { type TfjsEngineOptions, tfjsEngine } from "./engine/tfjs/tfjs.js";
export { type WasmEngineOptions, wasmEngine } from "./engine/wasm/wasm.js";
export { type Agreement, agreement } from "./equivariance/agreement.js";
export type { KernelBlock, Weights } from "./equivariance/block.js";
export type { Families, FamilyList, InputsChoice } from "./equivariance/families.js";
export {
  type FamiliesFromResponsesOptions,
  familiesFromResponses,
  type ResponseFamilies,
} from "./equivariance/families-from-responses.js";
export { type FindFamiliesOptions, findFamilies } from "./equivariance/find-families.js";
export { type FindMotifsOptions, findMotifs } from "./equivariance/find-motifs.js";
export { foldBySymmetry, type SymmetryQuotient } from "./equivariance/fold-by-symmetry.js";
export type { Group, Transformation } from "./equivariance/group.js";
export { group } from "./equivariance/groups/namespace.js";
export { motifKernels } from "./equivariance/motif-kernels.js";
export type {
  FamiliesSettings,
  ResponseSettings,
  SearchSettings,
  TunedFamiliesSettings,
  WeightsSearchSettings,
} from "./equivariance/settings.js";
export * from "./figure/index.js";
export { describeAgreement, type MotifsFound, type MotifsReport, motifsReport } from "./figure/motifs-report.js";
export { type LabOptions, lab } from "./lab/lab.js";
export type { Architecture } from "./load/architecture.js";
export type { ArchitectureName } from "./load/architectures/architectures.js";
export type { HandlerLike } from "./load/handler.js";
export type { LayersModelLike } from "./load/memory.js";
export type { ModelSource, OpenOptions } from "./load/open.js";
export { toLayersModel } from "./load/save/layers-model.js";
export { type NamedTensor, type NamedTensors, readTensor } from "./load/tensors.js";
export { layerFileName, unitFileName } from "./network/file-name.js";
export { fingerprint } from "./network/fingerprint.js";
export { createNetwork, type ImageInput, type Layer, type Network, resolveUnit } from "./network/network.js";
export type { ReceptiveField, Span } from "./network/ops/field.js";
export type { Activation, ActivationName, Op, Padding } from "./network/ops.js";
export {
  describePreprocessing,
  type Preprocessing,
  type PreprocessingLike,
  type PreprocessingName,
  preprocessing,
} from "./network/preprocessing.js";
export { formatReceptiveField } from "./network/receptive-field.js";
export type { Source } from "./network/sources.js";
export { type AscendOptions, type AscentStep, ascend } from "./optvis/ascend.js";
export { flawOf } from "./optvis/flaw.js";
export { objective, optimizer, param, transform } from "./optvis/namespaces.js";
export type { DirectionOptions } from "./optvis/objective/directions.js";
export type {
  Evaluation,
  MapSize,
  Objective,
  ObjectiveJSON,
  PictureIndex,
  Site,
  Term,
} from "./optvis/objective/objective.js";
export type { Activations } from "./optvis/objective/reference.js";
export type { AdamOptions } from "./optvis/optimizer/adam.js";
export type { Optimizer, Stepper } from "./optvis/optimizer/optimizer.js";
export type { RMSPropOptions } from "./optvis/optimizer/rmsprop.js";
export type { SGDOptions } from "./optvis/optimizer/sgd.js";
export type { ColorOptions } from "./optvis/param/colors.js";
export type { CPPNOptions } from "./optvis/param/cppn.js";
export type { FourierOptions } from "./optvis/param/fourier.js";
export type { FromOptions } from "./optvis/param/from.js";
export type { LaplacianOptions } from "./optvis/param/laplacian.js";
export type { MACOOptions, Spectrum } from "./optvis/param/maco.js";
export type { Canvas, Param, Parameterization, Pictures } from "./optvis/param/param.js";
export type { PixelsOptions } from "./optvis/param/pixels.js";
export type { SharedOptions } from "./optvis/param/shared.js";
export type { Picture, PictureSettings } from "./optvis/picture.js";
export { type AscentSettings, type PresetName, preset } from "./optvis/preset.js";
export type { CropsOptions } from "./optvis/transform/resample.js";
export type { DrawnTransform, Transform } from "./optvis/transform/transform.js";
export { unitsOf } from "./optvis/visualize.js";
export type {
  VisualizeManyOptions,
  VisualizeOptions,
  VisualizeTogetherOptions,
} from "./optvis/visualize-options.js";
export { type ReproduceOptions, reproduce } from "./reproduce/reproduce.js";
export type { Reproduction, ReproductionSettings, TestedClaim } from "./reproduce/reproduction.js";
export { type Factor, type FactorOptions, type FactorSettings, type Factors, factor } from "./weights/factor.js";
export { filterImages } from "./weights/filter-images.js";
export {
  type Input,
  type InputsFromOptions,
  type InputsOptions,
  inputs,
  type OutputsToOptions,
  outputs,
} from "./weights/inputs.js";
export type { WeightsChoice } from "./weights/layer-weights.js";
export { type ExpandedKernel, type Filter, type SliceOptions, slice } from "./weights/slice.js";
export type { Strength } from "./weights/strength.js";
