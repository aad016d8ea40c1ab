import type { Caller } from '@waybill/auth';

/** Who acts, and with which request. */
export interface Actor {
  issuer: string;
  subject: string;
  /** The client through which it acts. */
  clientId?: string | undefined;
  /** The id under which the log tells of the request. */
  requestId?: string | undefined;
}

/** The caller of a guarded request as the actor of what it asks for. */
export function actorOf({ issuer, subject, clientId }: Caller, { id }: { id: string }): Actor {
  return { issuer, subject, clientId, requestId: id };
}
