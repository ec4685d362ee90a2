/** What only Node can do: files, and threads that share the pictures of many units. */
export { decodePicture, type PictureDecoder, type PictureOptions } from "./decode-picture.js";
export { open } from "./open.js";
export { toPDF } from "./pdf.js";
export { type Photos, type PhotosOptions, photos } from "./photos.js";
export type { PictureRecord } from "./picture-folder.js";
export { type PNGOptions, toPNG } from "./png.js";
export { readImage } from "./read-image.js";
export { readLabels } from "./read-labels.js";
export { checkWritable, save, saveAll } from "./save.js";
export { saveModel, saveWeights } from "./save-model.js";
export { type SavePicturesOptions, savePictures } from "./save-pictures.js";
export { visualize } from "./visualize.js";
export { zarrFolder } from "./zarr-folder.js";
