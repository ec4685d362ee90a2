/**
 * Channels taken out of an image one by one and stacked again, as Keras 3 turns RGB into BGR: `stack([x[..., 2], x[..., 1], x[..., 0]], -1)`. In
 * between there are maps without an axis of channels, which this library does not have: they are read as maps of one channel, and
 * the stack as a concatenation.
 */
import { fieldOf, type LayerConfig } from "./config.js";
import { takesOneChannel } from "./layers/select.js";

/** A use of a layer, as much of it as matters here. */
interface Call {
  readonly name: string;
  readonly config: LayerConfig;
  readonly inputs: readonly string[];
}

/** The calls of a model, stacks of single channels as concatenations of them. */
export function withChannelStacks<C extends Call>(calls: readonly C[]): readonly C[] {
  const single = new Set(calls.filter(({ config }) => takesOneChannel(config)).map(({ name }) => name));
  const stacks = calls.filter(({ config, inputs }) => {
    const axis = fieldOf(config, "axis");
    const isLast = axis === -1 || axis === 3;
    return config.className === "Stack" && isLast && inputs.every((name) => single.has(name));
  });
  if (stacks.length === 0) return calls;
  const stacked = new Set(stacks.flatMap(({ inputs }) => inputs));
  const names = new Set(stacks.map(({ name }) => name));
  // Where something else reads such a map, it stays what it is.
  for (const { name, inputs } of calls) if (!names.has(name)) for (const input of inputs) stacked.delete(input);
  return calls.map((call) => {
    const isStack = names.has(call.name) && call.inputs.every((name) => stacked.has(name));
    if (isStack) return { ...call, config: { ...call.config, className: "Concatenate" } };
    if (!stacked.has(call.name)) return call;
    return { ...call, config: { ...call.config, fields: { ...call.config.fields, stacked: true } } };
  });
}
