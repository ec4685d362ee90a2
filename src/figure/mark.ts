/**
 * Figures are plain data: marks with a tag, attributes and children, in the vocabulary of SVG, and a title and description
 * for those who cannot see them. Nothing here needs a DOM; `toSVG`, `toHTML` and `toPNG` turn the data into files.
 */

/**
 * An element of a figure.
 *
 * @public
 */
export interface Mark {
  /** SVG element. */
  readonly tag: string;
  /** Its attributes. `class`, `data-unit`, `data-from` and `data-to` say what the element shows. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Elements or text inside. */
  readonly children: readonly (Mark | string)[];
}

/**
 * A drawing of a size, with words for those who cannot see it.
 *
 * @public
 */
export interface Figure {
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** One line. */
  readonly title: string;
  /** What the figure shows, in sentences and numbers. */
  readonly description: string;
  /** What is drawn, back to front. */
  readonly marks: readonly Mark[];
  /**
   * A CSS colour behind everything, or `"none"`.
   *
   * @defaultValue white
   */
  readonly background?: string | undefined;
  /**
   * Names of fonts, as in CSS.
   *
   * @defaultValue Inter, then Helvetica and Arial
   */
  readonly font?: string | undefined;
}

/** A mark; numbers are rounded to a hundredth of a pixel so that files stay small and comparable. */
export function mark(tag: string, attributes: Record<string, string | number>, ...children: (Mark | string)[]): Mark {
  const rounded = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === "number" ? Math.round(value * 100) / 100 : value,
  ]);
  return { tag, attributes: Object.fromEntries(rounded) as Mark["attributes"], children };
}

/** Marks moved by (x, y). */
export function moved(x: number, y: number, ...marks: Mark[]): Mark {
  return mark("g", { transform: `translate(${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100})` }, ...marks);
}

/** A mark whose ids, and the references to them, begin with a prefix: several figures on one page need different ones. */
export function withIds({ tag, attributes, children }: Mark, prefix: string): Mark {
  const own = (name: string, value: string | number): string | number => {
    if (name === "id") return `${prefix}-${value}`;
    if (typeof value !== "string") return value;
    return name === "href" ? value.replace(/^#/, `#${prefix}-`) : value.replace(/^url\(#/, `url(#${prefix}-`);
  };
  return {
    tag,
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, own(name, value)])),
    children: children.map((child) => (typeof child === "string" ? child : withIds(child, prefix))),
  };
}
