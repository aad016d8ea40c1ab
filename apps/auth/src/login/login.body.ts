import { z } from 'zod';

const maximumPasswordBytes = 1024;

/** What `POST /login` takes. `scope` is left to the grants, which answer `invalid_scope`. */
export const loginBody = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(255)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  password: z
    .string()
    .min(1)
    .refine((password) => Buffer.byteLength(password) <= maximumPasswordBytes, 'must be at most 1024 bytes long'),
  scope: z.string().max(2048).optional(),
});

/** The body of `POST /login`. */
export type LoginBody = z.infer<typeof loginBody>;
