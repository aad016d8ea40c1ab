import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/**
 * A stream of choices, the same for the same seed and name. Whoever chooses has a stream of its own, so that what one
 * chooses does not depend on when the others do.
 */
export class Random {
  private readonly generator: RandomGenerator;

  constructor(
    readonly seed: number,
    name: string,
  ) {
    this.generator = xoroshiro128plus(createHash('sha256').update(`${seed}/${name}`).digest().readInt32LE());
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return uniformInt(this.generator, from, to);
  }

  /** True in so many of one cases: `chance(0.1)` in one of ten. */
  chance(probability: number): boolean {
    return uniformFloat64(this.generator) < probability;
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.int(0, list.length - 1)];
    if (picked === undefined) throw new RangeError('There is nothing to pick from.');
    return picked;
  }

  /** A name, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[];
    const total = names.reduce((sum, name) => sum + weights[name], 0);
    let left = uniformFloat64(this.generator) * total;
    const chosen = names.find((name) => {
      left -= weights[name];
      return left < 0;
    });
    return chosen ?? this.pick(names);
  }
}
