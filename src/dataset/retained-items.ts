/** Which pictures of a dataset have to be read once more, because some unit keeps an example of them. */
import type { Lists } from "./collect.js";
import type { DatasetItem } from "./dataset.js";
import type { Example } from "./example.js";

/** The items of pictures that are in some list, so that they can be read once more; others are forgotten now and then. */
export class RetainedItems {
  #items = new Map<string, DatasetItem>();
  #limit = 1024;
  readonly #lists: readonly Lists[];

  constructor(lists: readonly Lists[]) {
    this.#lists = lists;
  }

  /** Remembers an item. */
  keep(item: DatasetItem): void {
    this.#items.set(item.id, item);
    if (this.#items.size < this.#limit) return;
    this.#items = new Map(this.pictures().map(([each]) => [each.id, each]));
    this.#limit = 1024 + 2 * this.#items.size;
  }

  /** Each picture that is wanted, with the examples that lack a view of it. */
  pictures(): [DatasetItem, Example[]][] {
    const wanted = new Map<string, Example[]>();
    for (const { top, bottom, random } of this.#lists) {
      for (const each of [...top, ...bottom, ...random]) {
        if (each.crop || each.picture) continue;
        const list = wanted.get(each.id);
        if (list) list.push(each);
        else wanted.set(each.id, [each]);
      }
    }
    return [...this.#items.values()].flatMap((item) => {
      const examples = wanted.get(item.id);
      return examples ? [[item, examples] as [DatasetItem, Example[]]] : [];
    });
  }
}
