import { expect, test } from "vitest";
import { display } from "../../src/figure/display.js";
import { mark } from "../../src/figure/mark.js";
import { toSVG } from "../../src/figure/svg.js";

test("a notebook cell gets the drawing, and the title where it cannot draw", () => {
  const square = {
    width: 4,
    height: 4,
    title: "A square",
    description: "One square.",
    marks: [mark("rect", { width: 4, height: 4 })],
  };
  const looks = display(square)[Symbol.for("Jupyter.display")]!();
  expect(looks).toEqual({ "image/svg+xml": toSVG(square), "text/plain": "A square" });
  expect(looks["image/svg+xml"]).toMatch(/^<svg .*<rect width="4" height="4"/);
});
