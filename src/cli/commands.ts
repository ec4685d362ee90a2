/** The commands, in the order in which `--help` lists them. */
import type { Command } from "commander";
import { activationsCommand } from "./activations.js";
import { attributionCommand } from "./attribution.js";
import { circuitCommand } from "./circuit.js";
import { dictionaryCommand } from "./dictionary.js";
import { doctorCommand } from "./doctor.js";
import { examplesCommand } from "./examples.js";
import { familiesCommand } from "./families.js";
import { inputsCommand } from "./inputs.js";
import { labCommand } from "./lab.js";
import { layersCommand } from "./layers.js";
import { motifsCommand } from "./motifs.js";
import { reproduceCommand } from "./reproduce.js";
import { sliceCommand } from "./slice.js";
import { tuneCommand } from "./tune.js";
import { visualizeCommand } from "./visualize.js";

/** Makers of all commands. */
export const commands: readonly (() => Command)[] = [
  layersCommand,
  sliceCommand,
  inputsCommand,
  visualizeCommand,
  labCommand,
  circuitCommand,
  familiesCommand,
  motifsCommand,
  examplesCommand,
  tuneCommand,
  activationsCommand,
  attributionCommand,
  dictionaryCommand,
  doctorCommand,
  reproduceCommand,
];
