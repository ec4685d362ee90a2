/** Options that all figures share: words, colours, size and ids. */
import { describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { contactSheet } from "../../src/figure/contact-sheet.js";
import { toSVG } from "../../src/figure/svg.js";
import { fitted, textWidth, wrapped } from "../../src/figure/text.js";

const pictures = [{ image: createImage(2, 2, 3, new Float32Array(12)), name: "conv:3" }];

describe("every figure", () => {
  it("takes title, caption, background, font and theme", () => {
    const drawn = contactSheet(pictures, { title: "Mine", caption: "What it is.", font: "Georgia", theme: "dark" });
    const svg = toSVG(drawn);
    for (const part of [">Mine<", ">What it is.<", 'font-family="Georgia"', 'fill="#1a1a1a"', 'data-unit="conv:3"'])
      expect(svg).toContain(part);
    expect(toSVG(contactSheet(pictures, { background: "none" }))).not.toContain('class="background"');
    expect(() => contactSheet(pictures, { theme: "red" as "dark" })).toThrow('"light", "dark" or "print"; got "red"');
  });

  it("is scaled to a width, and has its own ids", () => {
    const plain = contactSheet(pictures);
    const wide = contactSheet(pictures, { width: 2 * plain.width, id: "left" });
    expect([wide.width, wide.height]).toEqual([2 * plain.width, 2 * plain.height]);
    expect(toSVG(wide)).toContain('clip-path="url(#left-sheet-0)"');
  });

  it("cuts names in the middle, never the number, and breaks lines to a width", () => {
    const cut = fitted("inception_4b_output:138", 100, 12);
    expect(cut).toMatch(/^inception.*…:138$/);
    expect(textWidth(cut, 12)).toBeLessThanOrEqual(100);
    for (const line of wrapped(`a few words ${"W".repeat(50)}`, 90)) expect(textWidth(line)).toBeLessThanOrEqual(90);
  });
});
