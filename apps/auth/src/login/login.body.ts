import { z } from 'zod';
import { typedPassword } from '../accounts/typed-password.js';

/** What `POST /login` takes. `scope` is left to the grants, which answer `invalid_scope`. */
export const loginBody = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(255)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  password: typedPassword,
  scope: z.string().max(2048).optional(),
  /** Whether the tokens shall work from the client's present address alone. */
  bindAddress: z.boolean().optional(),
});

/** The body of `POST /login`. */
export type LoginBody = z.infer<typeof loginBody>;
