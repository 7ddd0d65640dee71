/** Numbers from 0 to 1 that follow from a seed: the same seed, the same story. */
export type Random = () => number;

/** mulberry32: 32 bits of state, good enough to draw delays and faults. `seed` is an integer. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
