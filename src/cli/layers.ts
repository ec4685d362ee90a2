/** `convlens layers MODEL`: the structure of the network. */
import { Command } from "commander";
import { describePreprocessing, formatReceptiveField, formatShape, formatTable, type Network } from "../index.js";
import { type ModelOptions, openModel, say, sayJSON, withModel } from "./options.js";

/** The command. */
export function layersCommand(): Command {
  return withModel(new Command("layers"))
    .description("the layers of a model: output, weights, parameters, receptive field")
    .action(async (path: string, options: ModelOptions) => {
      const net = await openModel(path, options);
      if (options.json) return sayJSON({ name: net.name, input: net.input, layers: net.layers });
      say(tableOf(net));
    });
}

function tableOf(net: Network): string {
  const rows = net.layers.map((layer) => [
    layer.name,
    layer.kind,
    formatShape(layer.output),
    layer.kernel ? formatShape(layer.kernel) : "",
    layer.parameters.toLocaleString("en"),
    formatReceptiveField(layer.receptiveField),
  ]);
  const total = net.layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const { preprocessing, stated } = net.input;
  return [
    formatTable(["layer", "kind", "output", "weights", "parameters", "receptive field"], rows),
    "",
    `${total.toLocaleString("en")} parameters in ${net.layers.length} layers of ${net.name}`,
    `input ${formatShape(net.input.shape)}, preprocessing ${preprocessing.name} (${describePreprocessing(preprocessing)})${stated ? "" : ", assumed: give --preprocessing if it is another"}`,
  ].join("\n");
}
