/** What a kernel does with its values on their way to memory: see `kernels/finish.ts`. */
import { Finish } from "./kernels.generated.js";
import type { ArenaRoom } from "./schedule.js";

/** Bits of a map: one per lane, a byte per eight. */
export interface Bits {
  readonly room: ArenaRoom;
  /** Bytes from a pixel to the next. */
  readonly pixel: number;
}

/** How to finish. */
export interface Finishing {
  /** Sum of `Finish` flags. */
  readonly flags: number;
  readonly ceiling: number;
  /** Bits to keep or to apply. */
  readonly bits: Bits | null;
  /** First channel of the map written within the map the bits belong to. */
  readonly channel: number;
}

/** Values go to memory as they are. */
export const asIs: Finishing = { flags: 0, ceiling: 0, bits: null, channel: 0 };

/** Values are added to what is there. */
export const added: Finishing = { ...asIs, flags: Finish.Add };

/** The fields of a record. */
export function finishFields({ flags, ceiling, bits, channel }: Finishing): {
  flags: number;
  ceiling: number;
  mask: number;
  maskPixel: number;
} {
  return { flags, ceiling, mask: bits ? bits.room.address + channel / 8 : 0, maskPixel: bits?.pixel ?? 0 };
}

/** The same for some of the channels, from a multiple of eight on. */
export function fromChannel(finishing: Finishing, channel: number): Finishing {
  return { ...finishing, channel: finishing.channel + channel };
}
