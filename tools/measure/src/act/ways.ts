import { Scope } from '@waybill/contracts';
import { insist } from './exchange.js';
import { type Session, signIn } from './session.js';

/** A way in which a session's access token is taken back. */
export interface Way {
  readonly name: string;
  /** Makes ready what must not be measured, and gives the one request that takes back. */
  prepare(session: Session, authUrl: string): Promise<() => Promise<void>>;
  /** Undoes what would stand in the way of the next time. */
  restore?(session: Session, authUrl: string): Promise<void>;
}

/** Every way, with the request that makes it (RFC 7009 for the first two). */
export const ways: readonly Way[] = [
  {
    name: 'token revoked (POST /revoke)',
    prepare: async ({ accessToken }, authUrl) => revokes(authUrl, accessToken),
  },
  {
    name: 'session revoked (POST /revoke, refresh token)',
    prepare: async ({ refreshToken }, authUrl) => revokes(authUrl, refreshToken),
  },
  {
    name: 'sign-out, oneself',
    prepare: async ({ subject, accessToken }, authUrl) => signsOut(authUrl, subject, accessToken),
  },
  {
    name: 'sign-out, by an administrator',
    prepare: async ({ subject }, authUrl) => signsOut(authUrl, subject, await administrator(authUrl)),
  },
  {
    name: 'permission withdrawn (PUT /subjects/:sub/scopes)',
    async prepare({ subject }, authUrl) {
      const token = await administrator(authUrl);
      const grants = await grantsOf(authUrl, subject, token);
      return () => grants.put(grants.scopes.filter((scope) => scope !== Scope.PaymentRead));
    },
    async restore({ subject }, authUrl) {
      const grants = await grantsOf(authUrl, subject, await administrator(authUrl));
      await grants.put([...grants.scopes, Scope.PaymentRead]);
    },
  },
  {
    name: 'key withdrawn (POST /keys/rotate)',
    async prepare({ accessToken }, authUrl) {
      const token = await administrator(authUrl);
      const [header = ''] = accessToken.split('.');
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
      return async () => {
        await insist(200, { url: `${authUrl}/keys/rotate`, token, json: { withdraw: kid } });
      };
    },
  },
];

function revokes(authUrl: string, token: string): () => Promise<void> {
  return async () => {
    await insist(200, { url: `${authUrl}/revoke`, form: { token, client_id: 'shop' } });
  };
}

function signsOut(authUrl: string, subject: string, token: string): () => Promise<void> {
  return async () => {
    await insist(204, { url: `${authUrl}/subjects/${subject}/sign-out`, token });
  };
}

async function administrator(authUrl: string): Promise<string> {
  return (await signIn(authUrl, 'admin')).accessToken;
}

/** What a subject is granted, and the means to grant it something else. */
async function grantsOf(authUrl: string, subject: string, token: string) {
  const url = `${authUrl}/subjects/${subject}/scopes`;
  const { headers, body } = await insist(200, { method: 'GET', url, token });
  const put = async (scopes: readonly string[]) => {
    await insist(200, {
      method: 'PUT',
      url,
      token,
      json: { scopes },
      headers: { 'if-match': headers.get('etag') ?? '' },
    });
  };
  return { scopes: body.scopes as readonly string[], put };
}
