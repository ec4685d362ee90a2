/** Opening an ONNX model. */
import type { Network } from "../../network/network.js";
import type { ModelChoices } from "../build.js";
import { type ModelFolder, nameOf } from "../folder.js";
import { readGraph } from "../graph/read.js";
import { parseOnnx } from "./model.js";
import { onnxDialect } from "./nodes.js";

/** The network of an ONNX file in a folder. */
export async function openOnnx(
  bytes: Uint8Array,
  folder: ModelFolder,
  options: ModelChoices & { readonly signal?: AbortSignal | undefined },
): Promise<Network> {
  const graph = await parseOnnx(bytes, nameOf(folder), (name) => folder.read(name, options.signal));
  return readGraph(graph, onnxDialect, options);
}
