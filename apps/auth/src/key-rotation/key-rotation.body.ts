import { z } from 'zod';

/** What `POST /keys/rotate` takes: nothing, for an orderly change; or the key that must not be trusted any more. */
export const keyRotationBody = z.strictObject({ withdraw: z.string().min(1).max(128).optional() });

/** The body of `POST /keys/rotate`. */
export type KeyRotationBody = z.infer<typeof keyRotationBody>;

/** What it answers: the key that signs from a moment on, RFC 3339; and the one that was withdrawn, if any. */
export interface KeyRotationAnswer {
  kid: string;
  signsFrom: string;
  withdrawn?: string;
}
