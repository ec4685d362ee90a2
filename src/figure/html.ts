/** Figures as a self-contained page: no script, no request, the description as text below for those who cannot see it. */
import { h, type VNode } from "preact";
import renderToString from "preact-render-to-string";
import { visibleText } from "../core/text.js";
import { type Figure, withIds } from "./mark.js";
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
 * Figures and tables behind a line of text that opens them.
 *
 * @public
 */
export interface FigureFold {
  /** The line. */
  readonly summary: string;
  /** What opens. */
  readonly figures: readonly Figure[];
  /**
   * Tables below those.
   *
   * @defaultValue none
   */
  readonly tables?: readonly FigureTable[] | undefined;
}

/**
 * Options of `toHTML`.
 *
 * @public
 */
export interface HTMLOptions {
  /**
   * The page's title, also as its heading.
   *
   * @defaultValue the title of the first figure, without a heading
   */
  readonly title?: string | undefined;
  /**
   * Paragraphs above the figures.
   *
   * @defaultValue none
   */
  readonly introduction?: readonly string[] | undefined;
  /**
   * Tables of numbers below the figures.
   *
   * @defaultValue none
   */
  readonly tables?: readonly FigureTable[] | undefined;
  /**
   * What not everybody wants to see, below the tables.
   *
   * @defaultValue none
   */
  readonly folds?: readonly FigureFold[] | undefined;
  /**
   * Language of the page, as in `"de"`.
   *
   * @defaultValue "en"
   */
  readonly language?: string | undefined;
  /**
   * What opens the description of a figure.
   *
   * @defaultValue "The figure in words"
   */
  readonly inWords?: string | undefined;
}

const style = `
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 1140px; padding: 0 1rem; font: 15px/1.5 Inter, "Helvetica Neue", Helvetica, Arial, sans-serif; color: #222; background: #fff; }
svg { max-width: 100%; height: auto; }
figure { margin: 0 0 1.5rem; }
table { border-collapse: collapse; margin: 0 0 2rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #ddd; white-space: pre-line; vertical-align: top; }
h1 { font-size: 1.5rem; }
p { max-width: 75ch; }
figure details { color: #555; max-width: 75ch; }
.fold > summary { font-weight: 600; padding: .6rem 0; cursor: pointer; }
`;

/**
 * A page with one or more figures, their descriptions, and tables of numbers. It loads nothing.
 *
 * @public
 */
export function toHTML(figures: Figure | readonly Figure[], options: HTMLOptions = {}): string {
  const all = "marks" in figures ? [figures] : figures;
  const {
    title,
    introduction = [],
    tables = [],
    folds = [],
    language = "en",
    inWords = "The figure in words",
  } = options;
  const page = h(
    "html",
    { lang: language },
    h(
      "head",
      null,
      h("meta", { charset: "utf-8" }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("link", { rel: "icon", href: "data:," }),
      h("title", null, visibleText(title ?? all[0]?.title ?? "convlens")),
      h("style", { dangerouslySetInnerHTML: { __html: style } }),
    ),
    h(
      "body",
      null,
      ...(title ? [h("h1", null, visibleText(title))] : []),
      ...introduction.map((words) => h("p", null, visibleText(words))),
      ...all.map((figure, i) => section(figure, `f${i}`, inWords)),
      ...tables.map(table),
      ...folds.map(({ summary, figures: inside, tables: below = [] }, k) =>
        h(
          "details",
          { class: "fold" },
          h("summary", null, visibleText(summary)),
          ...inside.map((figure, i) => section(figure, `d${k}-${i}`, inWords)),
          ...below.map(table),
        ),
      ),
    ),
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}

function section(figure: Figure, prefix: string, inWords: string): VNode {
  return h(
    "figure",
    null,
    h("div", {
      dangerouslySetInnerHTML: {
        __html: toSVG({ ...figure, marks: figure.marks.map((mark) => withIds(mark, prefix)) }),
      },
    }),
    h(
      "figcaption",
      null,
      h("details", null, h("summary", null, inWords), h("p", null, visibleText(figure.description))),
    ),
  );
}

function table({ caption, header, rows }: FigureTable): VNode {
  return h(
    "table",
    null,
    h("caption", null, visibleText(caption)),
    h("thead", null, h("tr", null, ...header.map((title) => h("th", { scope: "col" }, visibleText(title))))),
    h("tbody", null, ...rows.map((cells) => h("tr", null, ...cells.map((cell) => h("td", null, visibleText(cell)))))),
  );
}
