import { ProblemException } from '@waybill/service-defaults';

/** RFC 6749 §5.2 has no code for the token endpoint; this one of §4.1.2.1 comes closest. */
const error = 'temporarily_unavailable';

/** Answers 429 to who has to wait before the next attempt (RFC 6585 §4), be it for an account's sake or an address's. */
export class TooManyAttempts extends ProblemException {
  readonly error = error;
  readonly description: string;

  /** @param waitMs how long, in milliseconds; told in whole seconds, rounded up */
  constructor(waitMs: number) {
    const seconds = String(Math.ceil(waitMs / 1000));
    const description = `Too many attempts have failed. Try again in ${seconds} s.`;
    const members = { error, error_description: description };
    super(429, 'too_many_attempts', 'Too many failed attempts', description, members, { 'Retry-After': seconds });
    this.description = description;
  }
}
