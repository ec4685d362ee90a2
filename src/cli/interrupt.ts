/**
 * What ends a command early: a signal, or an output that nobody reads any more. The command is aborted and cleans up; one that does not
 * end within a second is ended, and what it leaves is cleaned up by the next. A second Ctrl-C ends the process at once.
 */
import { fstatSync, statfsSync } from "node:fs";

/** Why a command ends early. */
export class Interruption extends Error {
  /** The exit code it ends with. */
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Thrown by an interrupted command that leaves something behind: the message says what. */
export class Interrupted extends Error {}

const controller = new AbortController();

/** Aborts the running command; its reason is an `Interruption`. */
export const signal: AbortSignal = controller.signal;

/** The interruption that ends this command; `undefined` while there is none. */
export function interruption(): Interruption | undefined {
  return signal.aborted ? (signal.reason as Interruption) : undefined;
}

/** Time for cleaning up, in milliseconds. */
const patience = 700;

function interrupt(reason: Interruption): void {
  if (signal.aborted) return;
  controller.abort(reason);
  setTimeout(() => {
    process.stderr.write(`convlens: ${reason.message}\n`);
    process.exit(reason.exitCode);
  }, patience).unref();
}

/**
 * Why standard output cannot take a byte, where that can be known before anything is written: it is the full device, or a file on a full
 * disk.
 */
export function whyNoOutput(): string | undefined {
  try {
    const found = fstatSync(1);
    if (found.isCharacterDevice() && found.rdev === fullDevice) return "it is /dev/full";
    return found.isFile() && statfsSync("/dev/fd/1").bfree === 0 ? "the disk is full" : undefined;
  } catch {
    // What cannot be known is found out at the first line.
    return undefined;
  }
}

/** Number of /dev/full on Linux: 1, 7. */
const fullDevice = 0x107;

/** Listens for signals and for outputs that are closed or full. */
export function listen(): void {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [name, code] of Object.entries(codes)) {
    process.once(name, () => interrupt(new Interruption("interrupted", code)));
  }
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    // The reader of a pipe has gone (`| head`), and there is nobody left to tell; 141 is what a shell says of other programs then.
    if (code === "EPIPE") return interrupt(new Interruption("nobody reads the output", 141));
    const reason = code === "ENOSPC" ? "the disk is full" : String(code);
    interrupt(new Interruption(`the output cannot be written (${reason})`, 2));
  });
  process.stderr.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") interrupt(new Interruption("nobody reads the output", 141));
  });
}
