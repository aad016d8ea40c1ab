import { createDpopKey, createDpopProof } from '@waybill/auth';
import { demoPassword } from '@waybill/contracts';
import type { PerService } from '../services.js';
import { exchange, signIn } from './ask.js';
import type { Asked } from './scene.js';

/** Where alice sits, as the proxy in front of the shop tells it. */
export const home = '203.0.113.7';

/** A token and the second key that goes with it. */
export interface KeyedToken {
  token: string;
  secondKey: string;
}

/** alice signs in three times, and has each token bound to something else that she has. */
export class Alice {
  private readonly key = createDpopKey();
  private readonly kept = new Map<string, Promise<unknown>>();

  /** A token that is bound to a key pair that never leaves her machine (RFC 9449). */
  provenToken(urls: PerService<string>): Promise<string> {
    return this.keep('proven', async () => {
      const proof = createDpopProof({ key: this.key, method: 'POST', url: `${urls.auth}/login` });
      return (await signIn(urls.auth, { username: 'alice' }, { dpop: proof })).access_token;
    });
  }

  /** The proof of one request with that token, by her key. */
  async proofOf({ service, method, path }: Asked, urls: PerService<string>): Promise<string> {
    const url = urls[service] + path;
    return createDpopProof({ key: this.key, method, url, accessToken: await this.provenToken(urls) });
  }

  /** A token that is bound to the address that she signs in from. */
  tokenOfHome(urls: PerService<string>): Promise<string> {
    const from = { 'x-forwarded-for': home };
    return this.keep('home', async () => {
      return (await signIn(urls.auth, { username: 'alice', bindAddress: true }, from)).access_token;
    });
  }

  /** A token that works with a second key only, which she gets for her password. */
  keyedToken(urls: PerService<string>): Promise<KeyedToken> {
    return this.keep('keyed', async () => secondKeyOf('alice', urls));
  }

  private keep<T>(name: string, make: () => Promise<T>): Promise<T> {
    const made = (this.kept.get(name) as Promise<T> | undefined) ?? make();
    this.kept.set(name, made);
    return made;
  }
}

/** A second key of a demo account, and the token that goes with it. */
export async function secondKeyOf(username: string, { auth }: PerService<string>): Promise<KeyedToken> {
  const { access_token: token } = await signIn(auth, { username });
  const asked = { method: 'POST', body: { password: demoPassword } };
  const { status, body } = await exchange(`${auth}/second-keys`, asked, { authorization: `Bearer ${token}` });
  if (status !== 201) throw new Error(`${username} gets no second key: auth answered ${status}.`);
  return { token: String(body.access_token), secondKey: String(body.second_key) };
}
