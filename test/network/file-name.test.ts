/** Units as file names: plain ones as they are, all of them apart, on any file system. */
import { expect, it } from "vitest";
import { unitFileName } from "../../src/network/file-name.js";
import { bare } from "./bare.js";

it("plain names stay, with the channel after a dash", () => {
  const net = bare(["block3_conv1", "Mixed_5b.branch-1"]);
  expect(unitFileName(net, "block3_conv1:2")).toBe("block3_conv1-2");
  expect(unitFileName(net, "Mixed_5b.branch-1:0")).toBe("Mixed_5b.branch-1-0");
});

it("everything else is written as in a URL", () => {
  const net = bare(["卷积", "a/b", "50%", "it's"]);
  expect(unitFileName(net, "卷积:0")).toBe("%E5%8D%B7%E7%A7%AF-0");
  expect(unitFileName(net, "a/b:1")).toBe("a%2Fb-1");
  expect(unitFileName(net, "50%:1")).toBe("50%25-1");
  expect(unitFileName(net, "it's:1")).toBe("it%27s-1");
});

it("no two units share a file, also where case does not count", () => {
  const long = "x".repeat(300);
  const layers = [
    "卷积",
    "池化",
    "a/b",
    "a-b",
    "a b",
    "a%2Fb",
    "Conv",
    "conv",
    "CONV",
    "a",
    "a-1",
    `${long}1`,
    `${long}2`,
    "x:1",
  ];
  const net = bare(layers);
  const names = layers.flatMap((layer) => [0, 1].map((channel) => unitFileName(net, `${layer}:${channel}`)));
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(2 * layers.length);
  for (const name of names) {
    expect(name).toMatch(/^[\w.%~-]+$/);
    expect(name.length).toBeLessThanOrEqual(200);
  }
});
