/**
 * Names come from files and may hold any character. They are made safe where they leave the library: `oneLine` for what a person
 * reads in a terminal or an error, `xmlText` for SVG and pages, `fileName` for names of files.
 */
import { addToHash, hashText, startHash, wordsOf } from "./hash.js";

/**
 * Characters that cannot be seen or that change how their neighbours are shown: control characters (among them terminal escapes and
 * line ends), bidirectional controls and other invisible format characters, line separators, lone surrogates, noncharacters. The two
 * joiners stay: Persian words and emoji need them.
 */
const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?![\u200c\u200d])\p{Cf}/gu;

/** A character as `\u{1b}`. */
function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** Text as one line that a terminal shows and does not obey: control characters, bidirectional controls and the like are written as `\u{1b}`. */
export function oneLine(text: string): string {
  return text.replace(unsafe, escaped);
}

/** JSON text with the same characters written as `\u001b`; it parses to the same value. */
export function plainJSON(json: string): string {
  return json.replace(unsafe, (character) =>
    character === "\n"
      ? character
      : Array.from({ length: character.length }, (_, i) => {
          return `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
        }).join(""),
  );
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", '"': "&quot;" };
/** Most of what is written, among it megabytes of pictures, has nothing to escape. */
const plain = /^[\w\s+/=:;,.#()%·×-]*$/;

/**
 * Text for the content or a double-quoted attribute of an XML element. Markup is escaped; unsafe characters other than line ends and tabs,
 * many of which XML forbids, are written as `\u{1b}`.
 */
export function xmlText(text: string): string {
  if (plain.test(text)) return visibleText(text);
  return visibleText(text)
    .replace(/[&<"]/g, (character) => entities[character]!)
    .replace(/(^|\])>/g, "$1&gt;");
}

/** Text whose unsafe characters other than line ends and tabs are written as `\u{1b}`. */
export function visibleText(text: string): string {
  return text.replace(unsafe, (character) =>
    character === "\n" || character === "\t" ? character : escaped(character),
  );
}

/** Most bytes of a name that `fileName` makes: file systems take 255, and endings and marks need some. */
const longestFileName = 200;
/** Names of devices, which Windows does not take as files, whatever their ending. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * Text as the name of a file on any file system. What is not an ASCII letter, a digit, `.`, `_` or `-` is written as in a URL; so are dots
 * at either end, the first letter of a device of Windows, and capitals where case alone tells the text from one of `others`. What would
 * be longer than 200 bytes is cut and ends in a hash of the whole.
 */
export function fileName(text: string, others: readonly string[] = []): string {
  const small = text.toLowerCase();
  const hasTwin = others.some((other) => other !== text && other.toLowerCase() === small);
  const name = text
    .replace(hasTwin ? /[^a-z0-9._-]/gu : /[^A-Za-z0-9._-]/gu, percentEncoded)
    .replace(/^\.|\.$/g, percentEncoded)
    .replace(deviceName, (device) => percentEncoded(device[0]!) + device.slice(1));
  if (name !== "" && name.length <= longestFileName) return name;
  const hash = startHash();
  addToHash(hash, wordsOf(text));
  return `${name.slice(0, longestFileName - 17)}~${hashText(hash)}`;
}

/** The UTF-8 bytes of a character as `%C3%A9`; a lone surrogate, which has none, keeps its number. */
function percentEncoded(character: string): string {
  if (/^\p{Cs}$/u.test(character)) return `%u${character.charCodeAt(0).toString(16).toUpperCase()}`;
  const bytes = new TextEncoder().encode(character);
  return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/**
 * A name cut in the middle to at most so many characters: `inception_4b_o…:138`. The channel of a unit stays whole. What is cut is
 * unicode characters, never half of one.
 */
export function shortName(name: string, most = 80): string {
  const letters = Array.from(name);
  if (letters.length <= most) return name;
  const channel = /:\d{1,9}$/.exec(name)?.[0] ?? "";
  const room = most - 1 - channel.length;
  if (room < 1) return `…${channel || letters.at(-1)!}`;
  // Before a channel stands the end of the cut; without one, both ends of a name say what it is.
  const tail = channel ? 0 : Math.floor(room / 3);
  const end = letters.length - channel.length;
  return `${letters.slice(0, room - tail).join("")}…${letters.slice(end - tail, end).join("")}${channel}`;
}
