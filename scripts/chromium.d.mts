/** Arguments that let a headless Chromium draw with WebGL and WebGPU in software and reach for nothing else. */
export const chromiumArguments: string[];
/** `CHROMIUM_PATH`, or the first known name on `PATH`. */
export function chromiumPath(): string | undefined;
