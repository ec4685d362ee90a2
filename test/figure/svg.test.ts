/** Every SVG is well-formed, whatever the names in it: parsed by resvg, whose XML parser is strict. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { contactSheet } from "../../src/figure/contact-sheet.js";
import { toHTML } from "../../src/figure/html.js";
import { type Figure, mark } from "../../src/figure/mark.js";
import { toSVG } from "../../src/figure/svg.js";
import { text } from "../../src/figure/text.js";

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  await initWasm(readFileSync(require.resolve("@resvg/resvg-wasm/index_bg.wasm")));
});

/** Parses, or throws. */
function parse(svg: string): void {
  new Resvg(svg).free();
}

const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)),
      fc.constantFrom(
        "]]>",
        "]",
        ">",
        "<",
        "&",
        "&#0;",
        '"',
        "'",
        "\ufffe",
        "\ud800",
        "\u0000",
        "<![CDATA[",
        "--",
        "\u202e",
        "a",
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));

describe("the parser of this test", () => {
  it.each(["a]]>b", "a\u0001b", "a\ufffeb", "a&b"])("refuses %j", (words) => {
    expect(() =>
      parse(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>${words}</title></svg>`),
    ).toThrow();
  });
});

describe("an SVG parses", () => {
  it("with any text as title, description, words and attribute", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (title, words, more) => {
        const marks = [
          text(0, 9, words),
          mark("g", { "aria-label": title, id: more }, words, more, mark("title", {}, more)),
        ];
        const figure: Figure = { width: 90, height: 20, title, description: words, marks };
        parse(toSVG(figure));
      }),
      { numRuns: 2000 },
    );
  });

  it("as a contact sheet of pictures with any names, also inside a page", () => {
    const image = createImage(2, 2, 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 4 }), (names) => {
        const sheet = contactSheet(
          names.map(([name, note]) => ({ image, name, note })),
          { title: names[0]![0] },
        );
        parse(toSVG(sheet));
        for (const [svg] of toHTML(sheet).matchAll(/<svg.*?<\/svg>/gs)) parse(svg);
      }),
      { numRuns: 300 },
    );
  });
});
