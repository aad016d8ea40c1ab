import { Scope } from '@waybill/contracts';
import { z } from 'zod';

/** What a subject may ask for today, in the order in which the contract lists scopes. */
export interface SubjectScopes {
  sub: string;
  scopes: Scope[];
}

/** What `PUT /subjects/:sub/scopes` takes: all that the subject shall have from now on. */
export const replaceScopesBody = z.strictObject({
  scopes: z.array(z.enum(Object.values(Scope))).max(Object.values(Scope).length),
});

/** The body of `PUT /subjects/:sub/scopes`. */
export type ReplaceScopesBody = z.infer<typeof replaceScopesBody>;
