/** Figures as a self-contained page: no script, no request, the description as text below for those who cannot see it. */
import { h, type VNode } from "preact";
import renderToString from "preact-render-to-string";
import type { Figure } from "./mark.js";
import { toSVG } from "./svg.js";

/**
 * A table below a figure.
 *
 * @public
 */
export interface FigureTable {
  /** Heading. */
  readonly caption: string;
  /** Column titles. */
  readonly header: readonly string[];
  /** Cells, row by row. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Options of `toHTML`.
 *
 * @public
 */
export interface HTMLOptions {
  /**
   * Tables of numbers below the figures.
   *
   * @defaultValue none
   */
  readonly tables?: readonly FigureTable[] | undefined;
}

const style = `
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 1140px; padding: 0 1rem; font: 15px/1.5 Inter, "Helvetica Neue", Helvetica, Arial, sans-serif; color: #222; background: #fff; }
svg { max-width: 100%; height: auto; }
figure { margin: 0 0 1.5rem; }
table { border-collapse: collapse; margin: 0 0 2rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #ddd; white-space: pre-line; vertical-align: top; }
details { color: #555; max-width: 75ch; }
`;

/**
 * A page with one or more figures, their descriptions, and tables of numbers. It loads nothing.
 *
 * @public
 */
export function toHTML(figures: Figure | readonly Figure[], options: HTMLOptions = {}): string {
  const all = "marks" in figures ? [figures] : figures;
  const page = h(
    "html",
    { lang: "en" },
    h(
      "head",
      null,
      h("meta", { charset: "utf-8" }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("link", { rel: "icon", href: "data:," }),
      h("title", null, all[0]?.title ?? "convlens"),
      h("style", { dangerouslySetInnerHTML: { __html: style } }),
    ),
    h("body", null, ...all.map(section), ...(options.tables ?? []).map(table)),
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}

function section(figure: Figure): VNode {
  return h(
    "figure",
    null,
    h("div", { dangerouslySetInnerHTML: { __html: toSVG(figure) } }),
    h(
      "figcaption",
      null,
      h("details", null, h("summary", null, "The figure in words"), h("p", null, figure.description)),
    ),
  );
}

function table({ caption, header, rows }: FigureTable): VNode {
  return h(
    "table",
    null,
    h("caption", null, caption),
    h("thead", null, h("tr", null, ...header.map((title) => h("th", { scope: "col" }, title)))),
    h("tbody", null, ...rows.map((cells) => h("tr", null, ...cells.map((cell) => h("td", null, cell))))),
  );
}
