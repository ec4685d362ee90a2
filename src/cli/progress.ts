/** Progress on stderr: one line that is rewritten on a terminal; in a pipe a line when a task begins, and one at the end. */
import type { Progress } from "../index.js";

/** A listener for `onProgress`, and an end that leaves a clean line. */
export function progressReporter(stream: NodeJS.WriteStream = process.stderr): {
  onProgress: (p: Progress) => void;
  end: () => void;
} {
  const begun = new Set<string>();
  const started = Date.now();
  const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  return {
    onProgress({ task, done, total }) {
      const share = Math.min(1, Math.max(0, done / total));
      const percent = `${Math.floor(100 * share)}`.padStart(3);
      if (stream.isTTY) {
        const width = 30;
        const filled = Math.round(width * share);
        const bar = "█".repeat(filled) + "░".repeat(width - filled);
        stream.write(`\r${bar} ${percent} % ${seconds()} ${task}\u001b[K`);
        return;
      }
      const line = share === 1 ? "" : task;
      if (begun.has(line)) return;
      begun.add(line);
      stream.write(`${percent} %  ${seconds().padStart(6)}  ${task}\n`);
    },
    end() {
      if (stream.isTTY) stream.write("\r\u001b[K");
    },
  };
}
