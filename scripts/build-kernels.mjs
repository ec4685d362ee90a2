/**
 * Compiles `kernels/` and writes `src/engine/wasm/kernels.generated.ts`: both modules as base64, the thread's script, and
 * what the engine must know to call the kernels: the fields of every record in their order, which kernel takes which
 * record, and the values of the enumerations. `--check` writes nothing and fails where the file would change.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "kernels");
const target = join(root, "src/engine/wasm/kernels.generated.ts");

const flags = ["--optimizeLevel", "3", "--shrinkLevel", "0", "--noAssert", "--runtime", "stub", "--enable", "simd"];
// A maximum makes the shared and the unshared import differ in one byte, which the engine sets when it wants threads.
const memory = ["--importMemory", "--noExportMemory", "--initialMemory", "1", "--maximumMemory", "65536"];

async function compile(...features) {
  const options = [
    "index.ts",
    "--outFile",
    "kernels.wasm",
    ...flags,
    ...memory,
    ...features.flatMap((f) => ["--enable", f]),
  ];
  let binary;
  const { error, stderr } = await asc.main(options, {
    readFile: (name, base) => {
      try {
        return readFileSync(join(base && base !== "." ? base : folder, name), "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (_, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return binary;
}

/** Place of the byte that says whether the imported memory is shared. */
function sharedByte(binary) {
  const name = Buffer.from("\x03env\x06memory\x02", "latin1");
  const at = Buffer.from(binary).indexOf(name);
  if (at < 0 || binary[at + name.length] !== 1) throw new Error("the import of the memory was not found");
  return at + name.length;
}

function sources() {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

function recordsOf(source) {
  return [...source.matchAll(/@unmanaged\s+export class (\w+) \{([^}]*)\}/g)].map(([, name, body]) => {
    const fields = [...body.matchAll(/^ {2}(\w+): (usize|i32|f32);/gm)].map(
      ([, field, type]) => `${field}: "${type === "f32" ? "f32" : "i32"}"`,
    );
    return `  ${name}: { ${fields.join(", ")} },`;
  });
}

function kernelsOf(source) {
  return [...source.matchAll(/export function (\w+)\(address: usize[^{]*\{\s*const task = changetype<(\w+)>/g)].map(
    ([, name, record]) => `  ${name}: "${record}",`,
  );
}

function enumsOf(source) {
  return [...source.matchAll(/(\/\*\*[^/]*?\*\/)\nexport const enum (\w+) \{([^}]*)\}/g)].map(
    ([, comment, name, body]) => `${comment}\nexport const ${name} = {${body.replaceAll(" =", ":")}} as const;`,
  );
}

const simd = await compile();
const relaxed = await compile("relaxed-simd");
const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const texts = sources();
const worker = readFileSync(join(folder, "worker.js"), "utf8");

const text = `/** Written by \`npm run kernels\` from the folder \`kernels\`. Change that, not this. */

${texts.flatMap(enumsOf).join("\n\n")}

/** The fields of every record, in their order; each takes four bytes. */
export const records = {
${texts.flatMap(recordsOf).join("\n")}
} as const;

/** The record each kernel takes. */
export const kernels = {
${texts.flatMap(kernelsOf).join("\n")}
} as const;

/** The modules, as base64, and the place of the byte to set to 3 for shared memory. */
export const modules = {
  simd: { sharedByte: ${sharedByte(simd)}, base64: "${base64(simd)}" },
  relaxed: { sharedByte: ${sharedByte(relaxed)}, base64: "${base64(relaxed)}" },
} as const;

/** The script of a thread. */
export const workerScript: string = ${JSON.stringify(worker)};
`;

const current = (() => {
  try {
    return readFileSync(target, "utf8");
  } catch {
    return "";
  }
})();
if (process.argv.includes("--check")) {
  if (current !== text) {
    console.error("src/engine/wasm/kernels.generated.ts is not what kernels/ compiles to; run `npm run kernels`");
    process.exit(1);
  }
} else if (current !== text) {
  writeFileSync(target, text);
  console.log(`kernels: ${simd.length} and ${relaxed.length} bytes`);
}
