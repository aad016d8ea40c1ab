import { z } from 'zod';

/** A `sub` in a path: any text that can be one. */
export const subjectParameter = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');
