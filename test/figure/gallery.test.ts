/**
 * Every figure against its picture in docs/gallery/, which is also the gallery of the documentation. After a change that is
 * meant, `npx vitest run test/figure/gallery.test.ts -u` draws the pictures and the page anew; look at them.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { figure } from "../../src/figure/namespace.js";
import { toSVG } from "../../src/figure/svg.js";
import { boxesOf, within } from "./boxes.js";
import { gallery, type Shown } from "./gallery.js";

const names = Object.keys(figure) as (keyof typeof figure)[];
let shown: Record<string, Shown>;
beforeAll(async () => {
  shown = await gallery();
});

describe("the gallery", () => {
  it.each(names)("has %s as it was", async (name) => {
    const { figure: drawn } = shown[name]!;
    const svg = toSVG(drawn);
    expect(svg).not.toMatch(/NaN|undefined|fill="(?:ink|grey|faint|line|surface|paper)"/);
    await expect(`${svg.replace(/(<(?:g|text|path|rect|image|circle)\b)/g, "\n$1")}\n`).toMatchFileSnapshot(
      `../../docs/gallery/${name}.svg`,
    );
  });

  it.each(names)("has %s with all words inside the figure", (name) => {
    const { figure: drawn } = shown[name]!;
    const page = { what: "page", x0: 0, y0: 0, x1: drawn.width, y1: drawn.height };
    expect(boxesOf(drawn).filter((box) => !within(box, page))).toEqual([]);
  });

  it("is a page with every figure", async () => {
    const rows = names.map((name) => {
      const { call, shows } = shown[name]!;
      return `## ${name}\n\n\`figure.${call}\`: ${shows}.\n\n![${shows}](gallery/${name}.svg)\n`;
    });
    const head =
      "# Gallery\n\nEvery figure of the library, drawn from small data by its test. [Figures](figure.md) says how each is called.\n";
    await expect(`${head}\n${rows.join("\n")}`).toMatchFileSnapshot("../../docs/gallery.md");
  });
});
