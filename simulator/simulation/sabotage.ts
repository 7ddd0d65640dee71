import { noSeams, type Seams } from "./seams.ts";

/** One rule that is broken on purpose, at a port or seam of the product: the checkers must find it, or they prove nothing. */
export interface Sabotage {
  readonly breaks: string;
  readonly seams: Seams;
}

export function sabotage(breaks: string, seams: Partial<Seams>): Sabotage {
  return { breaks, seams: { ...noSeams, ...seams } };
}
