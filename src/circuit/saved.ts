/** Circuits as text: they open without the model, and say whether a model is the one they are of. */
import { LensError } from "../core/errors.js";
import { openResult, saveResult } from "../core/saved.js";
import { fingerprint } from "../network/fingerprint.js";
import type { Network } from "../network/network.js";
import type { Circuit } from "./circuit.js";

const format = "convlens circuit";
const version = 1;

/**
 * A circuit as JSON text.
 *
 * @public
 */
export function saveCircuit(circuit: Circuit): string {
  return saveResult(format, version, circuit);
}

/**
 * A circuit from its text; every number comes back exactly.
 *
 * @param net - The network it has to be of, where that matters.
 * @throws LensError `file`, when the text is none of a circuit, of another version, or of another model than the one given.
 * @public
 */
export function openCircuit(text: string, net?: Network): Circuit {
  const circuit = openResult<Circuit>(format, version, text);
  if (!Array.isArray(circuit.nodes) || !Array.isArray(circuit.edges) || !Array.isArray(circuit.roots))
    throw new LensError("file", "this text is called a circuit and has no nodes, edges and roots; make it again");
  if (net && fingerprint(net) !== circuit.model.fingerprint) {
    throw new LensError(
      "file",
      `this circuit is of the model "${circuit.model.name}" (${circuit.model.fingerprint}); the one given is "${net.name}" (${fingerprint(net)})`,
    );
  }
  return circuit;
}
