/** Figures as a page: what stands above and below them, and that several do not get in each other's way. */
import { describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { toHTML } from "../../src/figure/html.js";
import type { Figure } from "../../src/figure/mark.js";
import { picture } from "../../src/figure/picture.js";

const image = createImage(2, 2, 3, new Float32Array(12));

function drawing(title: string): Figure {
  return { width: 40, height: 40, title, description: "a picture", marks: picture(image, 40, "a unit", "unit") };
}

describe("a page of figures", () => {
  it("has the title of its first figure, where none is given", () => {
    const page = toHTML([drawing("one"), drawing("two")]);
    expect(page).toContain("<title>one</title>");
    expect(page).not.toContain("<h1>");
  });

  it("has its own title, as a heading too, and paragraphs before the figures", () => {
    const page = toHTML(drawing("one"), { title: "All of it", introduction: ["What is shown.", "How to read it."] });
    expect(page).toContain("<title>All of it</title>");
    expect(page).toMatch(/<h1>All of it<\/h1><p>What is shown.<\/p><p>How to read it.<\/p><figure>/);
  });

  it("has tables and then folds, with figures and tables of their own", () => {
    const table = (caption: string) => ({ caption, header: ["a"], rows: [["1"]] });
    const folds = [{ summary: "And more", figures: [drawing("two")], tables: [table("inside")] }];
    const page = toHTML(drawing("one"), { tables: [table("outside")], folds });
    expect(page.match(/<caption>\w+|<summary>And more|<title>\w+/g)).toEqual([
      "<title>one",
      "<title>one",
      "<caption>outside",
      "<summary>And more",
      "<title>two",
      "<caption>inside",
    ]);
  });

  it("has ids that are unique, though every figure has the same, and clips each picture by its own", () => {
    const page = toHTML([drawing("one"), drawing("two")], {
      folds: [{ summary: "more", figures: [drawing("three")] }],
    });
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    const used = [...page.matchAll(/clip-path="url\(#([^)]+)\)"/g)].map(([, id]) => id!);
    expect(new Set(ids).size).toBe(3);
    expect(used).toEqual(ids);
  });
});
