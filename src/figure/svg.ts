/** Figures as SVG text, without a DOM. */
import { type ComponentChild, h } from "preact";
import renderToString from "preact-render-to-string";
import { type Figure, fontFamily, type Mark } from "./mark.js";

/**
 * A figure as a standalone SVG document with title and description.
 *
 * @public
 */
export function toSVG(figure: Figure): string {
  const { width, height, title, description, marks } = figure;
  return renderToString(
    h(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: "img",
        "aria-label": title,
        "font-family": fontFamily,
      } as object,
      h("title", null, title),
      h("desc", null, description),
      h("rect", { width, height, fill: "#ffffff" } as object),
      ...marks.map(lowered),
    ),
  );
}

function lowered({ tag, attributes, children }: Mark): ComponentChild {
  return h(tag, attributes as object, ...children.map((child) => (typeof child === "string" ? child : lowered(child))));
}
