/** Folders of photographs that commands are given. */
import { LensError, photos } from "../index.js";

/**
 * Refuses a folder without photographs before the work begins; nothing is checked when none was named.
 *
 * @throws LensError `file`.
 */
export async function checkPhotographs(folder: string | undefined): Promise<void> {
  if (folder === undefined || (await photos(folder).count()) > 0) return;
  throw new LensError(
    "file",
    `there are no photographs in "${folder}"; give a folder with JPEG, PNG or other picture files`,
  );
}
