/** Progress on stderr: one line that is rewritten on a terminal; in a pipe a line when a task begins, and one at the end. */
import { type Progress, terminalText } from "../index.js";

/** A listener for `onProgress`, and an end that leaves a clean line. */
export interface ProgressReporter {
  onProgress(progress: Progress): void;
  end(): void;
}

/** Columns of a task's name on a terminal, at most, so that the line that is rewritten stays one. */
const widestTask = 60;

/** Reports progress on a stream. */
export function progressReporter(stream: NodeJS.WriteStream = process.stderr): ProgressReporter {
  const begun = new Set<string>();
  const started = Date.now();
  const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  return {
    onProgress({ task: name, done, total }) {
      const task = terminalText(name);
      const share = Math.min(1, Math.max(0, done / total));
      const percent = `${Math.floor(100 * share)}`.padStart(3);
      if (stream.isTTY) {
        const width = 30;
        const filled = Math.round(width * share);
        const bar = "█".repeat(filled) + "░".repeat(width - filled);
        stream.write(`\r${bar} ${percent} % ${seconds()} ${task.slice(0, widestTask)}\u001b[K`);
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
