/** The other end of a peer: starts its process, asks for steps, and ends it. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What a peer answered. */
export interface Answer {
  readonly milliseconds: readonly number[];
  /** Most memory its process ever held, in MB. */
  readonly peak: number;
  /** Milliseconds from the model's file to the first gradient, where the peer opens it itself. */
  readonly start?: number;
  readonly memory?: { readonly reserved: number; readonly used: number };
  readonly version?: string;
}

/** A peer at work. */
export class Peer {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaint = "";

  private constructor(name: string, command: readonly string[]) {
    this.name = name;
    this.#child = spawn(command[0]!, command.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr!.on("data", (text) => {
      this.#complaint += text;
    });
    this.#child.on("error", (error) => {
      this.#complaint += error.message;
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts a script of `bench/peers` and waits for its first step. */
  static async start(name: string, script: string, args: readonly string[]): Promise<Peer> {
    const path = join(import.meta.dirname, "peers", script);
    const runner = script.endsWith(".py") ? [process.env.PYTHON ?? "python3"] : [process.execPath, "--import", "tsx"];
    const peer = new Peer(name, [...runner, path, ...args]);
    await peer.#answer();
    return peer;
  }

  /** Does a number of steps. */
  async steps(count: number): Promise<Answer> {
    this.#child.stdin!.write(`${count}\n`);
    return (await this.#answer()) as unknown as Answer;
  }

  /** Writes the gradient of the latest step as floats. */
  async gradient(file: string): Promise<void> {
    this.#child.stdin!.write(`gradient ${file}\n`);
    await this.#answer();
  }

  stop(): void {
    this.#child.kill();
  }

  async #answer(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value) as Record<string, unknown>;
    throw new Error(`${this.name} ended: ${this.#complaint.trim().split("\n").at(-1)}`);
  }
}
