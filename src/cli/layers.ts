/** `convlens layers MODEL`: the structure of the network. */
import type { Command } from "commander";
import { describePreprocessing, formatReceptiveField, formatShape, formatTable, type Network } from "../index.js";
import { command } from "./command.js";

/** The command. */
export const layersCommand: () => Command = command(
  "layers",
  {
    description: "the layers of a model: output, weights, parameters, receptive field",
    arguments: {},
    options: {},
    saysPreprocessing: true,
  },
  async ({ net }) => {
    const guessed = guessedLayers(net);
    const layers = net.layers.map((layer) => ({ ...layer, outputGuessed: guessed.has(layer.name) }));
    return {
      json: { name: net.name, input: net.input, layers },
      lines: [...tableOf(net, guessed), "", ...factsOf(net, guessed)],
    };
  },
);

/** Layers whose output is a guess: those that cannot be computed, and what reads them, up to a dense layer, whose weights say it. */
function guessedLayers({ ops }: Network): Set<string> {
  const guessed = new Set<string>();
  for (const { kind, name, inputs } of ops) {
    if (kind === "opaque" || (kind !== "dense" && inputs.some((input) => guessed.has(input)))) guessed.add(name);
  }
  return new Set(ops.filter(({ name }) => guessed.has(name)).map(({ layer }) => layer));
}

function tableOf(net: Network, guessed: ReadonlySet<string>): string[] {
  const rows = net.layers.map((layer) => [
    layer.name,
    layer.kind,
    `${guessed.has(layer.name) ? "~" : ""}${formatShape(layer.output)}`,
    layer.kernel ? formatShape(layer.kernel) : "",
    layer.parameters.toLocaleString("en"),
    formatReceptiveField(layer.receptiveField),
  ]);
  return formatTable(["layer", "kind", "output", "weights", "parameters", "receptive field"], rows).split("\n");
}

function factsOf(net: Network, guessed: ReadonlySet<string>): string[] {
  const total = net.layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const { preprocessing, stated } = net.input;
  const unknown = net.ops.flatMap((op) => (op.kind === "opaque" ? [`${op.layer} (${op.className})`] : []));
  return [
    ...(guessed.size > 0 ? [`~ is a guess: ${shortList(unknown)} cannot be computed`] : []),
    `${total.toLocaleString("en")} parameters in ${net.layers.length} layers of ${net.name}`,
    `input ${formatShape(net.input.shape)}, preprocessing ${preprocessing.name} (${describePreprocessing(preprocessing, net.input.shape.at(-1)!)})${stated ? "" : ", assumed: give --preprocessing if it is another"}`,
  ];
}

/** The first few of some names. */
function shortList(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(", ")} and ${names.length - 4} more` : names.join(", ");
}
