/** Progress on stderr: one line that is rewritten on a terminal, a line per finished task in a pipe. */
import type { Progress } from "../index.js";

/** A listener for `onProgress`, and an end that leaves a clean line. */
export function progressReporter(stream: NodeJS.WriteStream = process.stderr): {
  onProgress: (p: Progress) => void;
  end: () => void;
} {
  let lastTask = "";
  const started = Date.now();
  const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  return {
    onProgress({ task, done, total }) {
      if (stream.isTTY) {
        const width = 30;
        const filled = Math.round((width * done) / total);
        const bar = "█".repeat(filled) + "░".repeat(width - filled);
        stream.write(`\r${bar} ${String(Math.floor((100 * done) / total)).padStart(3)} % ${seconds()} ${task}\u001b[K`);
      } else if (task !== lastTask) {
        lastTask = task;
        stream.write(
          `${String(Math.floor((100 * (done - 1)) / total)).padStart(3)} %  ${seconds().padStart(6)}  ${task}\n`,
        );
      }
    },
    end() {
      if (stream.isTTY) stream.write("\r\u001b[K");
    },
  };
}
