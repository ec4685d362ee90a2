/**
 * The frame of every figure: title, facts, legend and caption round what is drawn, the size that holds them all, and the
 * options that all figures share.
 */
import { LensError } from "../core/errors.js";
import type { Bands } from "./bands.js";
import { type Figure, type Mark, mark, moved, withIds } from "./mark.js";
import { drawPictures } from "./picture.js";
import { text, textWidth, wrapped } from "./text.js";
import { type Accents, excitation, type FigureTheme, grey, inhibition, themed, themes } from "./theme.js";

/**
 * Options of every figure.
 *
 * @public
 */
export interface FigureOptions {
  /**
   * Title.
   *
   * @defaultValue what the figure shows
   */
  readonly title?: string | undefined;
  /**
   * A paragraph below the figure.
   *
   * @defaultValue none
   */
  readonly caption?: string | undefined;
  /**
   * A CSS colour behind the figure, or `"none"`.
   *
   * @defaultValue that of the theme
   */
  readonly background?: string | undefined;
  /**
   * Width of the figure in pixels, to which it is scaled; plots get wider instead.
   *
   * @defaultValue what the figure needs
   */
  readonly width?: number | undefined;
  /**
   * Names of fonts, as in CSS.
   *
   * @defaultValue Inter, then Helvetica and Arial
   */
  readonly font?: string | undefined;
  /**
   * Colours of text, lines and background.
   *
   * @defaultValue "light"
   */
  readonly theme?: FigureTheme | undefined;
  /**
   * Colours of excitation and inhibition, as `#rrggbb`: of text, edges, kernels and their legend.
   *
   * @defaultValue red and blue
   */
  readonly accents?: Accents | undefined;
  /**
   * Which bands of pictures are shown that are neither grey nor RGB.
   *
   * @defaultValue the first three as red, green and blue; of two the first as red, the second as green and blue
   */
  readonly bands?: Bands | undefined;
  /**
   * Prefix of all ids in the figure. Figures written into one page by hand need different ones; `toHTML` sees to that.
   *
   * @defaultValue none
   */
  readonly id?: string | undefined;
}

/** A figure without its frame. */
export interface Content {
  readonly title: string;
  /** Lines below the title. */
  readonly facts?: readonly string[];
  readonly description: string;
  /** Size of what is drawn. */
  readonly width: number;
  readonly height: number;
  /** What is drawn, from (0, 0). */
  readonly marks: readonly Mark[];
  /** Where the figure comes from, in small lines at the end. */
  readonly notes?: readonly string[];
  /** @defaultValue 16 */
  readonly titleSize?: number;
  /** Least width of the text above and below. */
  readonly least?: number;
  /** `"weights"` for what red and blue mean, or marks of its own with their size. */
  readonly legend?: "weights" | { readonly marks: readonly Mark[]; readonly width: number; readonly height: number };
}

/** Room on the left and the right of every figure. */
export const margin = 24;
const factSize = 12;

/** What is drawn, in its frame. */
export function frame(content: Content, options: FigureOptions = {}): Figure {
  const { theme = "light", caption, font, id, background, bands, accents = {} } = options;
  check(options);
  const { marks: drawn, shown } = drawPictures(content.marks, bands);
  const colors = themes[theme];
  const legend =
    content.legend === "weights" ? weightsLegend("positive (excitation)", "negative (inhibition)") : content.legend;
  const inner = Math.max(content.width, content.least ?? 340, legend?.width ?? 0);
  const title = options.title ?? content.title;
  let y = 30 - 20;
  const lines = (words: string, size: number, style: { fill?: string; weight?: number; class: string }): Mark[] =>
    wrapped(words, inner, size).map((part) => {
      y += size + 4;
      return text(margin, y, part, { size, ...style });
    });
  const head = [
    ...lines(title, content.titleSize ?? 16, { weight: 600, class: "title" }),
    ...(content.facts ?? []).flatMap((fact) => lines(fact, factSize, { fill: grey, class: "fact" })),
  ];
  y += 16;
  const body = mark("g", { class: "body", transform: `translate(${margin} ${y})` }, ...drawn);
  y += content.height;
  const below = legend ? [moved(margin, y + 12, mark("g", { class: "legend" }, ...legend.marks))] : [];
  y += legend ? 12 + legend.height : 0;
  y += caption ? 8 : 0;
  const foot = caption ? lines(caption, factSize, { class: "caption" }) : [];
  const noted = [...(content.notes ?? []), ...shown.map((words) => `pictures show ${words}`)];
  y += noted.length > 0 ? 8 : 0;
  const notes = noted.flatMap((note) => lines(note, 10.5, { fill: grey, class: "note" }));
  const height = Math.ceil(y + 16);
  const width = Math.ceil(inner + 2 * margin);
  const marks = [...head, body, ...below, ...foot, ...notes]
    .map((each) => themed(each, theme, accents))
    .map((each) => (id === undefined ? each : withIds(each, id)));
  const scale = (options.width ?? width) / width;
  return {
    width: scale * width,
    height: Math.round(scale * height * 100) / 100,
    title,
    description: [content.description, ...shown.map((words) => `Pictures show ${words}.`), caption ?? ""]
      .filter(Boolean)
      .join(" "),
    marks: scale === 1 ? marks : [mark("g", { transform: `scale(${Number(scale.toFixed(6))})` }, ...marks)],
    background: background ?? colors.paper,
    ...(font === undefined ? {} : { font }),
  };
}

function check({ theme, width, id, accents = {} }: FigureOptions): void {
  const wrong = Object.values(accents).find((color) => color !== undefined && !/^#[0-9a-f]{6}$/i.test(color));
  if (wrong !== undefined)
    throw new LensError("bad-argument", `an accent is a colour as #rrggbb; got ${JSON.stringify(wrong)}`);
  if (theme !== undefined && !Object.hasOwn(themes, theme))
    throw new LensError("bad-argument", `a theme is "light", "dark" or "print"; got ${JSON.stringify(theme)}`);
  if (width !== undefined && !(width > 0 && width < 1e5))
    throw new LensError("bad-argument", `the width of a figure is above 0 and below 100000 pixels; got ${width}`);
  if (id !== undefined && !/^[A-Za-z][\w-]*$/.test(id))
    throw new LensError(
      "bad-argument",
      `an id begins with a letter, then letters, digits, "-" and "_"; got ${JSON.stringify(id)}`,
    );
}

/** Two squares: what red and blue mean. */
export function weightsLegend(positive: string, negative: string): NonNullable<Exclude<Content["legend"], "weights">> {
  const entries = [
    [excitation, positive],
    [inhibition, negative],
  ] as const;
  const step = 15 + Math.max(...entries.map(([, words]) => textWidth(words, 11.5))) + 14;
  const marks = entries.flatMap(([fill, words], i) => [
    mark("rect", { x: i * step, y: 2, width: 10, height: 10, fill }),
    text(i * step + 15, 11, words, { size: 11.5, fill: grey }),
  ]);
  return { marks, width: 2 * step, height: 14 };
}
