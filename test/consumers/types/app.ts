// What an app written in TypeScript does with the library; only compiled.
import {
  createImage,
  encodePNG,
  formatUnit,
  type ModelSource,
  type Network,
  open,
  type Picture,
  photos,
  slice,
  statistics,
  toLayersModel,
  toPNG,
  unitsOf,
  visualize,
} from "convlens";
import { figure, toSVG } from "convlens/figure";

export const blob = (picture: Picture): Blob => new Blob([encodePNG(picture.image)]);
export const response = (picture: Picture): Response => new Response(encodePNG(picture.image));
export const chosen = (list: FileList): unknown => photos(list);
export const decoded = (pixels: ImageData, bitmap: ImageBitmap): unknown => photos([pixels, bitmap]);
export const models = (list: FileList, file: File, part: Blob): Promise<Network>[] => [
  open(list),
  open(file),
  open(part),
];
export const source: ModelSource = "vgg19/model.json";
export const drawing = async (): Promise<Blob> => {
  const net = await open(source);
  const kernel = slice(net, "conv2:1", "conv1:0");
  return new Blob([await toPNG(figure.kernel(kernel)), toSVG(figure.kernel(kernel))]);
};
export const told = async (net: Network): Promise<void> => {
  const seen: Picture[] = [];
  await visualize(net, unitsOf(net, "conv1"), {
    onPicture: (picture) => seen.push(picture),
    onProgress: ({ done, total }) => done / total,
  });
  await statistics(net, ["conv1"], photos("folder"), { onPart: (part) => part.kind });
  const model = await toLayersModel(net);
  console.log(
    model.layers.length,
    formatUnit({ layer: "conv1", channel: 0 }),
    createImage(1, 1, 1, new Float32Array(1)).height,
  );
};
