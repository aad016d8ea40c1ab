import { claimsOf, tampered } from './access-token.js';
import { signIn } from './ask.js';
import type { Carried, Scene } from './scene.js';

/** In what a sign-in, or the token that it gives, is out of the ordinary. */
interface Particulars {
  /** What is asked for; absent: all that the account may do. */
  scope?: string;
  /** One claim of the token is raised on its way, the signature is kept. */
  tampered?: true;
}

/** A request with the access token of a demo account. */
export function as(who: 'alice' | 'bob' | 'carol', { scope, tampered: change }: Particulars = {}): Scene['carries'] {
  return async ({ auth }) => {
    const { access_token: issued } = await signIn(auth, { username: who, scope });
    const token = change ? tampered(issued) : issued;
    const { sub, aud, service_scopes: scopes } = claimsOf(token);
    return {
      headers: { authorization: `Bearer ${token}` },
      told: [
        ['token', `of ${sub}, for ${aud.join(', ')}${change ? ' (changed)' : ''}`],
        ['scopes', scopes.join(' ')],
      ],
    };
  };
}

/** A request without credentials. */
export const nobody = async (): Promise<Carried> => ({ headers: {}, told: [['token', 'none']] });
