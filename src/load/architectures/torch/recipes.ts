/** Architectures by PyTorch's modules. */
import type { ArchitectureName, ArchitectureRecipe } from "../architectures.js";
import { timm } from "./timm.js";
import { torchvision } from "./torchvision.js";

/** The ways in which PyTorch's libraries build an architecture; each is built by one of them at least. */
export function torchArchitectures(name: ArchitectureName): readonly ArchitectureRecipe[] {
  return [torchvision, timm].flatMap((library) => library[name] ?? []);
}
