/** Figures as SVG text, without a DOM. */
import { xmlText } from "../core/text.js";
import { type Figure, type Mark, mark } from "./mark.js";

/** Fonts of figures, first the one that `toPNG` brings. */
const fonts = "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif";

/**
 * A figure as a standalone SVG document with title and description. It is well-formed XML whatever characters the names in it hold.
 *
 * @public
 */
export function toSVG(figure: Figure): string {
  const { width, height, title, description, marks, background = "#ffffff", font = fonts } = figure;
  return markup({
    tag: "svg",
    attributes: {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": title,
      "font-family": font,
    },
    children: [
      mark("title", {}, title),
      mark("desc", {}, description),
      ...(background === "none" ? [] : [mark("rect", { class: "background", width, height, fill: background })]),
      ...marks,
    ],
  });
}

function markup({ tag, attributes, children }: Mark): string {
  const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${xmlText(String(value))}"`);
  const inside = children.map((child) => (typeof child === "string" ? xmlText(child) : markup(child))).join("");
  return inside === "" ? `<${tag}${given.join("")}/>` : `<${tag}${given.join("")}>${inside}</${tag}>`;
}
