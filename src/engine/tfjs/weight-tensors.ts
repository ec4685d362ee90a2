/**
 * Tensors made from frozen weights: once for each array or `Weights` object and each form a kernel needs it in (as stored,
 * turned round for the adjoint), shared by all plans of an engine, released with the last plan that holds them.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Tf } from "./backend.js";

/** A form of some weights. */
export interface Form {
  /** Every tensor of it. */
  readonly tensors: readonly Tensor[];
}

interface Held {
  users: number;
  readonly forms: Map<string, Form>;
}

/** The weights an engine holds as tensors. */
export class WeightTensors {
  readonly #tf: Tf;
  readonly #held = new Map<object, Held>();

  constructor(tf: Tf) {
    this.#tf = tf;
  }

  /** One more plan uses these. */
  hold(owners: readonly object[]): void {
    for (const owner of owners) {
      const held = this.#held.get(owner) ?? { users: 0, forms: new Map() };
      held.users++;
      this.#held.set(owner, held);
    }
  }

  /** One plan fewer uses them; the tensors of those that nobody uses go. */
  release(owners: readonly object[]): void {
    for (const owner of owners) {
      const held = this.#held.get(owner);
      if (!held || --held.users > 0) continue;
      this.#held.delete(owner);
      for (const { tensors } of held.forms.values()) this.#tf.dispose([...tensors]);
    }
  }

  /** A form of something held, made at the first call. A key stands for one type of form. */
  get<F extends Form>(owner: object, key: string, make: () => F): F {
    const { forms } = this.#held.get(owner)!;
    let form = forms.get(key) as F | undefined;
    if (!form) {
      form = make();
      for (const tensor of form.tensors) this.#tf.keep(tensor);
      forms.set(key, form);
    }
    return form;
  }
}
