import { z } from 'zod';

const maximumBytes = 1024;

/** A password as somebody types it. A longer one than is hashed at an ordinary cost is not looked at. */
export const typedPassword = z
  .string()
  .min(1)
  .refine((password) => Buffer.byteLength(password) <= maximumBytes, 'must be at most 1024 bytes long');
