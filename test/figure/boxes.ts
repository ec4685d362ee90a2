/** Boxes of what a figure shows, read from its marks: pictures of units, kernels, and lines of text outside pictures. */
import type { Figure, Mark } from "../../src/figure/mark.js";
import { textWidth } from "../../src/figure/text.js";

export interface Box {
  readonly what: string;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** The boxes of all pictures, kernels and lines of text of a figure, in its coordinates. */
export function boxesOf(figure: Figure): Box[] {
  const boxes: Box[] = [];
  const visit = (mark: Mark, dx: number, dy: number): void => {
    const [, x, y] = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(String(mark.attributes.transform ?? "")) ?? [];
    const [left, top] = [dx + Number(x ?? 0), dy + Number(y ?? 0)];
    const name = String(mark.attributes.class ?? "");
    if (mark.tag === "text") boxes.push(textBox(mark, left, top));
    if (/rotate\(-90\)/.test(String(mark.attributes.transform))) {
      for (const child of mark.children)
        if (typeof child !== "string") boxes.push(upright(textBox(child, 0, 0), left, top));
      return;
    }
    if (name === "kernel" || name === "unit") {
      const shapes = shapesIn(mark, left, top);
      const id = mark.attributes["data-unit"] ?? `${mark.attributes["data-from"]} > ${mark.attributes["data-to"]}`;
      if (shapes.length > 0) boxes.push(around(shapes, `${name} ${id}`));
      const inside = shapes.length > 0 ? around(shapes, "") : null;
      boxes.push(...textsIn(mark, left, top).filter((box) => !inside || !within(box, inside)));
      return;
    }
    for (const child of mark.children) if (typeof child !== "string") visit(child, left, top);
  };
  for (const mark of figure.marks) visit(mark, 0, 0);
  return boxes;
}

/** Whether two boxes share more than a hair of area. */
export function overlap(a: Box, b: Box): boolean {
  const [wide, high] = [Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0), Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0)];
  return wide > 0.5 && high > 0.5;
}

/** Whether a box lies in another. */
export function within(a: Box, b: Box): boolean {
  return a.x0 >= b.x0 - 0.5 && a.y0 >= b.y0 - 0.5 && a.x1 <= b.x1 + 0.5 && a.y1 <= b.y1 + 0.5;
}

function textBox({ attributes, children }: Mark, left: number, top: number): Box {
  const words = children.join("");
  const size = Number(attributes["font-size"]);
  const width = textWidth(words, size);
  const anchor = attributes["text-anchor"] === "middle" ? 0.5 : attributes["text-anchor"] === "end" ? 1 : 0;
  const [x0, y] = [left + Number(attributes.x) - anchor * width, top + Number(attributes.y)];
  return { what: `"${words}"`, x0, x1: x0 + width, y0: y - 0.75 * size, y1: y + 0.22 * size };
}

/** A box turned by a quarter to the left, at its place. */
function upright({ what, x0, y0, x1, y1 }: Box, left: number, top: number): Box {
  return { what, x0: left + y0, x1: left + y1, y0: top - x1, y1: top - x0 };
}

function shapesIn(mark: Mark, left: number, top: number): Box[] {
  return each(mark, left, top, ({ tag, attributes }, x, y) => {
    if (tag !== "rect" && tag !== "image") return [];
    const [x0, y0] = [x + Number(attributes.x ?? 0), y + Number(attributes.y ?? 0)];
    return [{ what: tag, x0, y0, x1: x0 + Number(attributes.width), y1: y0 + Number(attributes.height) }];
  });
}

function textsIn(mark: Mark, left: number, top: number): Box[] {
  return each(mark, left, top, (of, x, y) => (of.tag === "text" ? [textBox(of, x, y)] : []));
}

function each(mark: Mark, left: number, top: number, of: (mark: Mark, x: number, y: number) => Box[]): Box[] {
  return mark.children.flatMap((child) => {
    if (typeof child === "string") return [];
    const [, x, y] = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(String(child.attributes.transform ?? "")) ?? [];
    const [dx, dy] = [left + Number(x ?? 0), top + Number(y ?? 0)];
    return [...of(child, dx, dy), ...each(child, dx, dy, of)];
  });
}

function around(boxes: readonly Box[], what: string): Box {
  return {
    what,
    x0: Math.min(...boxes.map(({ x0 }) => x0)),
    y0: Math.min(...boxes.map(({ y0 }) => y0)),
    x1: Math.max(...boxes.map(({ x1 }) => x1)),
    y1: Math.max(...boxes.map(({ y1 }) => y1)),
  };
}
