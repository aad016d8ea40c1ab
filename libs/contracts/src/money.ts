import { z } from 'zod';

/** The currencies that the shop trades in (ISO 4217). */
export const currency = z.enum(['EUR']);

/** An amount of money: a positive integer in minor units (1999 is 19.99 EUR). */
export const money = z.strictObject({ amount: z.int().positive(), currency });

/** An amount of money in minor units. */
export type Money = z.infer<typeof money>;
