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
  async ({ net }) => ({
    json: { name: net.name, input: net.input, layers: net.layers },
    lines: [...tableOf(net), "", ...factsOf(net)],
  }),
);

function tableOf(net: Network): string[] {
  const rows = net.layers.map((layer) => [
    layer.name,
    layer.kind,
    formatShape(layer.output),
    layer.kernel ? formatShape(layer.kernel) : "",
    layer.parameters.toLocaleString("en"),
    formatReceptiveField(layer.receptiveField),
  ]);
  return formatTable(["layer", "kind", "output", "weights", "parameters", "receptive field"], rows).split("\n");
}

function factsOf(net: Network): string[] {
  const total = net.layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const { preprocessing, stated } = net.input;
  return [
    `${total.toLocaleString("en")} parameters in ${net.layers.length} layers of ${net.name}`,
    `input ${formatShape(net.input.shape)}, preprocessing ${preprocessing.name} (${describePreprocessing(preprocessing)})${stated ? "" : ", assumed: give --preprocessing if it is another"}`,
  ];
}
