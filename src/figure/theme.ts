/**
 * The colours of figures by what they are for. Marks name a colour by its role (`ink`, `grey` …); `frame` puts in the colour
 * that the theme has for it. Colours that stand for data, those of weights and of activations, are the same in every theme.
 */
import { weightHex } from "./color.js";
import type { Mark } from "./mark.js";

/** Colour of text. */
export const ink = "ink";
/** Colour of secondary text. */
export const grey = "grey";
/** Colour of frames and grids. */
export const faint = "faint";
/** Colour of axes, outlines and arrows. */
export const line = "line";
/** Colour of empty cells and panels. */
export const surface = "surface";
/** Colour of the background. */
export const paper = "paper";
/** Colour of excitation: text, edges and legends. */
export const excitation = "excitation";
/** Colour of inhibition. */
export const inhibition = "inhibition";

type Role =
  | typeof ink
  | typeof grey
  | typeof faint
  | typeof line
  | typeof surface
  | typeof paper
  | typeof excitation
  | typeof inhibition;

/**
 * How a figure is coloured: dark on white, light on nearly black, or black on white with dashed inhibition, which a printer
 * without colours keeps apart.
 *
 * @public
 */
export type FigureTheme = "light" | "dark" | "print";

/** The colours of every theme. */
export const themes: Readonly<Record<FigureTheme, Readonly<Record<Role, string>>>> = {
  light: {
    ink: "#222222",
    grey: "#666666",
    faint: "#cccccc",
    line: "#888888",
    surface: "#f4f4f4",
    paper: "#ffffff",
    excitation: "#ca0020",
    inhibition: "#0571b0",
  },
  dark: {
    ink: "#eeeeee",
    grey: "#b4b4b4",
    faint: "#4a4a4a",
    line: "#8c8c8c",
    surface: "#2b2b2b",
    paper: "#1a1a1a",
    excitation: "#ff6b6b",
    inhibition: "#5cb3f0",
  },
  print: {
    ink: "#000000",
    grey: "#333333",
    faint: "#aaaaaa",
    line: "#444444",
    surface: "#f7f7f7",
    paper: "#ffffff",
    excitation: "#ca0020",
    inhibition: "#0571b0",
  },
};

/**
 * Colours in the place of red and blue, as `#rrggbb`.
 *
 * @public
 */
export interface Accents {
  /** Of excitation: positive weights. */
  readonly excitation?: string | undefined;
  /** Of inhibition: negative weights. */
  readonly inhibition?: string | undefined;
}

/** The fill of a weight in −1…1, whose colour depends on the accents. */
export const weightFill = (share: number): string => `weight ${share}`;

const colored = new Set(["fill", "stroke"]);

/** A mark with the colours of a theme in the place of roles. */
export function themed(mark: Mark, theme: FigureTheme, accents: Accents): Mark {
  const { excitation: positive, inhibition: negative } = accents;
  const colors: Readonly<Record<string, string>> = {
    ...themes[theme],
    ...(positive && { excitation: positive }),
    ...(negative && { inhibition: negative }),
  };
  const colorOf = (value: string | number): string | number => {
    const [, share] = /^weight (.+)$/.exec(String(value)) ?? [];
    return share === undefined ? (colors[value] ?? value) : weightHex(Number(share), accents);
  };
  const attributes = Object.entries(mark.attributes).map(([name, value]) => [
    name,
    colored.has(name) ? colorOf(value) : value,
  ]);
  const dashed = theme === "print" && /\bedge inhibitory\b/.test(String(mark.attributes.class ?? ""));
  return {
    tag: mark.tag,
    attributes: { ...Object.fromEntries(attributes), ...(dashed ? { "stroke-dasharray": "5 3" } : {}) },
    children: mark.children.map((child) => (typeof child === "string" ? child : themed(child, theme, accents))),
  };
}
