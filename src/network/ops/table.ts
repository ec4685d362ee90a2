/**
 * What every kind of operation means, in one table. The type makes it exhaustive: a new kind of operation without its
 * answers does not compile.
 */
import type { Op, OpOf } from "../ops.js";
import { activation } from "./activation.js";
import { depthToSpace, spaceToDepth } from "./blocks.js";
import { concat } from "./concat.js";
import { conv } from "./conv.js";
import { convTranspose } from "./conv-transpose.js";
import { crop } from "./crop.js";
import { dense } from "./dense.js";
import { depthwise } from "./depthwise.js";
import { extend } from "./extend.js";
import { identity } from "./identity.js";
import { input } from "./input.js";
import { lrn } from "./lrn.js";
import { add, maximum, minimum, multiply } from "./merge.js";
import { norm } from "./norm.js";
import { normalize } from "./normalize.js";
import { opaque } from "./opaque.js";
import { pad } from "./pad.js";
import { permute } from "./permute.js";
import { globalPool, pool } from "./pool.js";
import { reshape } from "./reshape.js";
import { select } from "./select.js";
import type { OpSemantics } from "./semantics.js";
import { upsample } from "./upsample.js";

const semantics: { readonly [K in Op["kind"]]: OpSemantics<OpOf<K>> } = {
  input,
  conv,
  depthwise,
  convTranspose,
  dense,
  norm,
  normalize,
  activation,
  pool,
  globalPool,
  pad,
  extend,
  crop,
  lrn,
  add,
  multiply,
  maximum,
  minimum,
  concat,
  select,
  upsample,
  depthToSpace,
  spaceToDepth,
  permute,
  reshape,
  identity,
  opaque,
};

/** Whether this version has a kind of operation. */
export function isOpKind(kind: unknown): kind is Op["kind"] {
  return typeof kind === "string" && Object.hasOwn(semantics, kind);
}

/** The answers for an operation. */
export function semanticsOf(op: Pick<Op, "kind">): OpSemantics<Op> {
  return semantics[op.kind];
}
