/** Names that hold anything, at the three borders: terminals, XML, file names. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LensError } from "../../src/core/errors.js";
import { formatTable } from "../../src/core/print.js";
import { terminalJSON, terminalText } from "../../src/core/terminal.js";
import { fileName, shortName, xmlText } from "../../src/core/text.js";
import { parseUnit } from "../../src/core/unit.js";

/** Any string of UTF-16 code units, lone surrogates too, with the characters that matter more often than by chance. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)),
      fc.constantFrom(
        "\u001b[31m",
        "\u202e",
        "]]>",
        "\r\n",
        "\ufffe",
        "\ud800",
        "<",
        "&",
        '"',
        "a",
        "😀",
        "\u009b",
        "../",
        "CON",
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

describe("a terminal", () => {
  it("is never given a control character, a line end or a bidirectional control", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(terminalText(text)).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
        );
      }),
    );
  });

  it("shows plain names of any language as they are, and the others by number", () => {
    for (const name of ["conv1/relu", "卷积", "ویژگی‌ها", "👩‍🔬", "café", "x→y"]) expect(terminalText(name)).toBe(name);
    expect(terminalText("a\u001b[2Jb\nc\u202ed")).toBe("a\\u{1b}[2Jb\\u{a}c\\u{202e}d");
  });

  it("is given JSON that parses to the same value", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = terminalJSON(JSON.stringify({ [text]: [text] }, null, 1));
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
        expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it("is given tables of one line a row, and names of 10 kB cut in the middle", () => {
    const table = formatTable(
      ["name", "n"],
      [
        ["a\nb\u001b[2J", "1"],
        [`${"x".repeat(10_000)}:7`, "2"],
      ],
    );
    expect(table.split("\n")).toHaveLength(4);
    expect(table).toContain("a\\u{a}b\\u{1b}[2J");
    for (const line of table.split("\n")) expect(line.length).toBeLessThan(130);
    expect(table).toMatch(/x+…:7 +2$/);
  });
});

it("an error is one line of at most 500 characters, whatever is quoted", () => {
  const { message } = new LensError("file", `"${"n".repeat(5000)}" is no model; give another`);
  expect(message.length).toBeLessThanOrEqual(500);
  expect(message).toMatch(/^"n+ … n*" is no model; give another$/);
  expect(new LensError("file", "a\nb\u202e").message).toBe("a\\u{a}b\\u{202e}");
  for (const letter of ["\u{1b}", "\u{1f600}", "a\u{1f600}"]) {
    const long = new LensError("file", letter.repeat(700)).message;
    expect(long.length).toBeLessThanOrEqual(500);
    expect(long).not.toMatch(/\p{Cs}|\p{Cc}/u);
  }
});

it("XML text has no markup and no character that XML forbids", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const xml = xmlText(text);
      expect(xml).not.toMatch(/[<"]|\]>|^>|&(?!(?:amp|lt|gt|quot);)/);
      for (const letter of xml) {
        const code = letter.codePointAt(0)!;
        expect(
          code === 9 ||
            code === 10 ||
            (code >= 32 && code <= 0xd7ff) ||
            (code >= 0xe000 && code <= 0xfffd) ||
            code > 0xffff,
        ).toBe(true);
      }
    }),
  );
  expect(xmlText("a]]>b & c\td")).toBe("a]]&gt;b &amp; c\td");
});

describe("a file name", () => {
  it("is one that Linux, macOS and Windows take, whatever the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const name = fileName(text);
        expect(name).toMatch(/^[\w%~-](?:[\w.%~-]*[\w%~-])?$/);
        expect(name.length).toBeLessThanOrEqual(200);
        expect(name.split(".")[0]).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)$/i);
      }),
    );
  });

  it("differs where texts differ", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        fc.pre(a !== b);
        expect(fileName(a, [b]).toLowerCase()).not.toBe(fileName(b, [a]).toLowerCase());
      }),
    );
    const long = "x".repeat(300);
    expect(fileName(`${long}1`)).not.toBe(fileName(`${long}2`));
  });

  it.each([
    ["con", "%63on"],
    ["NUL.txt", "%4EUL.txt"],
    ["lpt9", "%6Cpt9"],
    ["..", "%2E%2E"],
    [".hidden", "%2Ehidden"],
    ["end.", "end%2E"],
    ["a/b\\c:d", "a%2Fb%5Cc%3Ad"],
    ["console", "console"],
    ["con-3", "con-3"],
  ])("of %j is %s", (text, name) => {
    expect(fileName(text)).toBe(name);
  });
});

it("a long name keeps its channel, and is cut between characters", () => {
  expect(shortName("inception_4b_output:138", 19)).toBe("inception_4b_o…:138");
  expect(shortName("short:1", 19)).toBe("short:1");
  expect(shortName("abcdefghijklmnopqrstuvwxyz", 10)).toBe("abcdef…xyz");
  expect(shortName("😀".repeat(40), 4)).toBe("😀😀…😀");
  expect(shortName("a_long_name:138", 3)).toBe("…:138");
});

it("a unit is read from a name with line ends", () => {
  expect(parseUnit("a\nb:3")).toEqual({ layer: "a\nb", channel: 3 });
});
