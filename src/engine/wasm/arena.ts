/**
 * Where everything of one run lies: a room for every map, mask and gradient, given together with the time from its first
 * use to its last. Rooms whose times do not meet may lie in the same place. The largest are placed first, each as low as it
 * can.
 */

/** A piece of the arena. */
export interface Room {
  readonly bytes: number;
  /** First and last moment at which it is used. */
  first: number;
  last: number;
  /** Where it was placed, from the arena's start. */
  offset: number;
}

const grain = 64;
const roundUp = (bytes: number): number => Math.ceil(bytes / grain) * grain;

/** Places rooms and returns the bytes they need in all. */
export function placeRooms(rooms: readonly Room[]): number {
  const placed: Room[] = [];
  let end = 0;
  for (const room of rooms.toSorted((a, b) => b.bytes - a.bytes)) {
    room.offset = lowest(
      room,
      placed.filter((other) => room.first <= other.last && other.first <= room.last),
    );
    placed.push(room);
    end = Math.max(end, room.offset + roundUp(room.bytes));
  }
  return end;
}

/** The lowest offset at which a room fits between its contemporaries. */
function lowest(room: Room, others: readonly Room[]): number {
  let offset = 0;
  for (const other of others.toSorted((a, b) => a.offset - b.offset)) {
    if (offset + room.bytes <= other.offset) break;
    offset = Math.max(offset, other.offset + roundUp(other.bytes));
  }
  return offset;
}
