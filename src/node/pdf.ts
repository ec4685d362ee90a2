/**
 * Figures as PDF: lines and text stay such, so that they print sharp at any size and can be searched. The marks of figures need
 * few elements of SVG, each of which is drawn here by pdfkit, an optional peer.
 */
import { fromBase64 } from "../core/base64.js";
import { LensError } from "../core/errors.js";
import { loadPackage } from "../core/packages.js";
import type { Figure, Mark } from "../figure/mark.js";
import { fonts } from "./fonts.generated.js";

type Document = PDFKit.PDFDocument;
type Value = string | number;
type Attributes = Readonly<Record<string, Value>>;

/** Points per pixel. */
const scale = 0.75;

/**
 * A figure as the bytes of a PDF of one page, as large as the figure. It needs the package pdfkit.
 *
 * @throws LensError `unsupported`, without pdfkit, or for characters that the font of figures has not.
 * @public
 */
export async function toPDF(figure: Figure): Promise<Uint8Array> {
  const { default: Document } = await loadPackage<{ readonly default: typeof import("pdfkit") }>("pdfkit").catch(
    (cause: unknown) => {
      throw new LensError("unsupported", "PDF needs the package pdfkit; install it: npm install pdfkit", { cause });
    },
  );
  const { width, height, title, description, marks, background = "#ffffff" } = figure;
  const document = new Document({
    size: [width * scale, height * scale],
    margin: 0,
    // The same figure gives the same bytes.
    info: { Title: title, Subject: description, CreationDate: new Date(0) },
    lang: "en",
  });
  const parts: Uint8Array[] = [];
  document.on("data", (part: Uint8Array) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => document.once("end", resolve).once("error", reject));
  fonts.forEach((font, i) => document.registerFont(String(i), Buffer.from(fromBase64(font))));
  document.scale(scale);
  if (background !== "none") document.rect(0, 0, width, height).fill(background);
  const byId = new Map<string, Mark>();
  marks.forEach((mark) => collect(mark, byId));
  for (const mark of marks) draw(mark, { document, byId, inherited: {} });
  document.end();
  await ended;
  return Buffer.concat(parts);
}

/** Elements by the id that others refer to them by. */
function collect(mark: Mark, byId: Map<string, Mark>): void {
  const { id } = mark.attributes;
  if (id !== undefined) byId.set(String(id), mark);
  for (const child of mark.children) if (typeof child !== "string") collect(child, byId);
}

interface Pen {
  readonly document: Document;
  readonly byId: ReadonlyMap<string, Mark>;
  /** Attributes that groups hand down. */
  readonly inherited: Attributes;
}

const handedDown = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity"] as const;

function draw(mark: Mark, pen: Pen): void {
  const { document, byId, inherited } = pen;
  const { tag, children } = mark;
  const opacity = Number(inherited.opacity ?? 1) * Number(mark.attributes.opacity ?? 1);
  const attributes: Attributes = { ...inherited, ...mark.attributes, opacity };
  const target = byId.get(/#([\w-]+)/.exec(String(attributes["clip-path"] ?? attributes.href ?? ""))?.[1] ?? "");
  document.save();
  transform(document, String(mark.attributes.transform ?? ""));
  if (attributes["clip-path"] !== undefined && target) clip(document, target);
  if (tag === "g") {
    const own = Object.fromEntries(
      handedDown.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]] as const])),
    );
    for (const child of children) if (typeof child !== "string") draw(child, { ...pen, inherited: own });
  } else if (tag === "use" && target) {
    document.translate(Number(attributes.x ?? 0), Number(attributes.y ?? 0));
    draw(target, { ...pen, inherited: { opacity } });
  } else if (tag === "text") write(document, attributes, children.join(""));
  else if (tag === "image") paste(document, attributes);
  else if (outline(document, tag, attributes)) paint(document, { attributes, byId });
  document.restore();
}

function transform(document: Document, words: string): void {
  for (const [, name, list] of words.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a = 0, b, c] = list!.split(/[\s,]+/).map(Number);
    if (name === "translate") document.translate(a, b ?? 0);
    else if (name === "scale") document.scale(a, b ?? a);
    else if (name === "rotate") document.rotate(a, { origin: [b ?? 0, c ?? 0] });
  }
}

function clip(document: Document, path: Mark): void {
  for (const child of path.children) if (typeof child !== "string") outline(document, child.tag, child.attributes);
  document.clip();
}

/** The path of a shape; `false` where there is none to draw. */
function outline(document: Document, tag: string, attributes: Attributes): boolean {
  const number = (name: string): number => Number(attributes[name] ?? 0);
  if (tag === "rect" && number("rx") > 0)
    document.roundedRect(number("x"), number("y"), number("width"), number("height"), number("rx"));
  else if (tag === "rect") document.rect(number("x"), number("y"), number("width"), number("height"));
  else if (tag === "line") document.moveTo(number("x1"), number("y1")).lineTo(number("x2"), number("y2"));
  else if (tag === "circle") document.circle(number("cx"), number("cy"), number("r"));
  else if (tag === "path") document.path(String(attributes.d));
  else return false;
  return true;
}

function paint(document: Document, { attributes, byId }: { attributes: Attributes; byId: Pen["byId"] }): void {
  const { opacity = 1, fill = "#000000", stroke = "none" } = attributes;
  const of = (name: string): number => Number(opacity) * Number(attributes[name] ?? 1);
  // A pattern is drawn as the colour of what lies on its ground.
  const pattern = byId.get(/^url\(#([\w-]+)\)$/.exec(String(fill))?.[1] ?? "")?.children[0];
  const ground = typeof pattern === "object" ? (pattern.attributes.fill ?? fill) : fill;
  const isFilled = ground !== "none" && !String(ground).startsWith("url(");
  const isStroked = stroke !== "none";
  if (isFilled) document.fillColor(colorOf(ground), of("fill-opacity"));
  if (isStroked) {
    document.strokeColor(colorOf(stroke), of("stroke-opacity")).lineWidth(Number(attributes["stroke-width"] ?? 1));
    document.lineJoin(attributes["stroke-linejoin"] === "round" ? "round" : "miter");
    const dashes = String(attributes["stroke-dasharray"] ?? "")
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
    if (dashes.length > 0) document.dash(dashes[0]!, { space: dashes[1] ?? dashes[0]! });
  }
  if (isFilled && isStroked) document.fillAndStroke();
  else if (isFilled) document.fill();
  else if (isStroked) document.stroke();
  // A path that is neither stays open; the next save ends it without a mark.
  else document.addContent("n");
}

/** A colour as pdfkit reads it; `hsl(…)` it does not. */
function colorOf(color: Value): string {
  const [, hue, saturation, lightness] = /^hsl\((-?[\d.]+),([\d.]+)%,([\d.]+)%\)$/.exec(String(color)) ?? [];
  if (hue === undefined) return String(color);
  const [h, s, l] = [Number(hue), Number(saturation) / 100, Number(lightness) / 100];
  const channel = (n: number): string => {
    const k = (((n + h / 30) % 12) + 12) % 12;
    const value = l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

function write(document: Document, attributes: Attributes, words: string): void {
  const { x = 0, y = 0, fill = "#000000", opacity = 1 } = attributes;
  document
    .font(Number(attributes["font-weight"] ?? 400) >= 600 ? "1" : "0")
    .fontSize(Number(attributes["font-size"] ?? 13));
  checkDrawable(document, words);
  const wide = document.widthOfString(words);
  const before = { start: 0, middle: wide / 2, end: wide }[String(attributes["text-anchor"] ?? "start")] ?? 0;
  document.fillColor(colorOf(fill), Number(opacity));
  document.text(words, Number(x) - before, Number(y), { lineBreak: false, baseline: "alphabetic" });
}

/** The font of figures holds Latin letters only; others would be drawn as boxes. */
function checkDrawable(document: Document, words: string): void {
  const { font } = (document as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })._font;
  const missing = [...words].find((character) => !font.hasGlyphForCodePoint(character.codePointAt(0)!));
  if (missing === undefined) return;
  throw new LensError(
    "unsupported",
    `the font of figures has no ${JSON.stringify(missing)}, which "${words}" needs; print the page or the SVG instead`,
  );
}

function paste(document: Document, attributes: Attributes): void {
  const { x = 0, y = 0, width = 0, height = 0, preserveAspectRatio = "xMidYMid meet", opacity = 1 } = attributes;
  const [, base64] = String(attributes.href).split("base64,");
  if (base64 === undefined) return;
  const box: [number, number] = [Number(width), Number(height)];
  const fit = { align: "center", valign: "center" } as const;
  const how =
    preserveAspectRatio === "none"
      ? { width: box[0], height: box[1] }
      : /slice$/.test(String(preserveAspectRatio))
        ? { ...fit, cover: box }
        : { ...fit, fit: box };
  document.fillOpacity(Number(opacity)).image(Buffer.from(fromBase64(base64)), Number(x), Number(y), how);
}
