import { z } from 'zod';
import { typedPassword } from '../accounts/typed-password.js';

/** What `POST /second-keys` takes. `scope` is left to the grants, which answer `invalid_scope`. */
export const secondKeyBody = z.strictObject({
  password: typedPassword,
  scope: z.string().max(2048).optional(),
});

/** The body of `POST /second-keys`. */
export type SecondKeyBody = z.infer<typeof secondKeyBody>;
