/** What a suite of the attack is made of. */
import type { Random } from "../../src/core/random.js";

/** What became of a case: a word, and what should not have happened. */
export interface Case {
  readonly outcome: string;
  readonly fault: string | null;
}

/** Cases of one kind. */
export interface Suite {
  readonly name: string;
  readonly run: (random: Random, number: number) => Promise<Case>;
  /** Seconds that a case may take. */
  readonly seconds: number;
  /** Why the suite cannot run here. */
  readonly skip?: () => string | undefined;
  /** What is left when all cases have run and should not be. */
  readonly close?: () => string | undefined;
}
