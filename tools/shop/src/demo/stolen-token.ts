import { createDpopKey, createDpopProof } from '@waybill/auth';
import { demoPassword } from '@waybill/contracts';
import type { PerService } from '../services.js';
import { Alice, home, secondKeyOf } from './alice.js';
import type { Asked, Carried, Expectation, Scene } from './scene.js';

const thief = '198.51.100.66';
const placeOrder: Asked = {
  service: 'order',
  method: 'POST',
  path: '/place-order',
  body: { items: [{ sku: 'MUG-1', quantity: 1 }], paymentMethod: 'pm_card_visa' },
};
const readOrders: Asked = { service: 'order', method: 'GET', path: '/orders' };
const pay: Asked = {
  service: 'payment',
  method: 'POST',
  path: '/payments',
  body: {
    orderId: '0197f3a0-0000-7000-8000-000000000001',
    amount: { amount: 1, currency: 'EUR' },
    paymentMethod: 'pm_card_visa',
  },
};
const askForSecondKey: Asked = { service: 'auth', method: 'POST', path: '/second-keys', body: { password: 'a guess' } };

/** A refusal without a word to the thief: the reason stands in the log. */
const refused = (by: Asked, code: string, challenge: string, reason: string): Expectation => ({
  hops: [by.service],
  status: 401,
  body: { code },
  challenge,
  reason,
});
const badToken = (by: Asked, reason: string) => refused(by, 'invalid_token', 'Bearer error="invalid_token"', reason);
const algorithms = 'algs="ES256 EdDSA Ed25519 RS256 PS256"';
const badProof = (by: Asked, reason: string) =>
  refused(by, 'invalid_dpop_proof', `DPoP error="invalid_dpop_proof", ${algorithms}`, reason);
const badKey = (by: Asked, reason: string) => refused(by, 'second_key_invalid', 'Bearer', reason);
/** Her tokens cannot be relayed, so order exchanges them for one of its own to act with on her behalf. */
const ordered: Expectation = { hops: ['order', 'auth', 'payment'], status: 201, body: { status: 'confirmed' } };
const relayed: Expectation = { ...ordered, hops: ['order', 'payment'] };

const asDpop = (token: string, proof?: string) => ({ authorization: `DPoP ${token}`, ...(proof && { dpop: proof }) });
const asBearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A thief has alice's access token, and now and then what she sent with it, and tries each door. */
export function stolenToken(): readonly Scene[] {
  const alice = new Alice();
  let heard = '';
  const proven = (headers: (token: string, urls: PerService<string>) => object | Promise<object>, who: string) =>
    carries(async (urls) => headers(await alice.provenToken(urls), urls), `alice’s, bound to her key; ${who}`);
  return [
    {
      title: 'alice orders with a token that is bound to her key (DPoP), and proves that she holds it.',
      asks: placeOrder,
      carries: proven(async (token, urls) => {
        heard = await alice.proofOf(placeOrder, urls);
        return asDpop(token, heard);
      }, 'with a proof'),
      expects: ordered,
    },
    {
      title: 'The thief has the token, and sends it as a bearer would.',
      asks: placeOrder,
      carries: proven(asBearer, 'stolen, as Bearer'),
      expects: badToken(placeOrder, 'cnf.jkt.not_as_dpop'),
    },
    {
      title: 'He sends it as DPoP, and has no proof.',
      asks: placeOrder,
      carries: proven((token) => asDpop(token), 'stolen, without a proof'),
      expects: badProof(placeOrder, 'dpop.absent'),
    },
    {
      title: 'He makes a proof, with a key of his own.',
      asks: placeOrder,
      carries: proven((token, urls) => {
        const url = urls.order + placeOrder.path;
        return asDpop(token, createDpopProof({ key: createDpopKey(), method: 'POST', url, accessToken: token }));
      }, 'stolen, with a proof of another key'),
      expects: badProof(placeOrder, 'dpop.other_key'),
    },
    {
      title: 'He has heard alice’s proof too, and sends it once more.',
      asks: placeOrder,
      carries: proven((token) => asDpop(token, heard), 'stolen, with the proof that she has used'),
      expects: badProof(placeOrder, 'dpop.replayed'),
    },
    {
      title: 'He gets hold of a proof before it arrives; but it was made for reading her orders.',
      asks: placeOrder,
      carries: proven(
        async (token, urls) => asDpop(token, await alice.proofOf(readOrders, urls)),
        'stolen, with a proof for another request',
      ),
      expects: badProof(placeOrder, 'dpop.htm'),
    },
    {
      title: 'He goes around order, to payment.',
      asks: pay,
      carries: proven(asBearer, 'stolen, as Bearer'),
      expects: badToken(pay, 'cnf.jkt.not_as_dpop'),
    },
    {
      title: 'He asks auth for a second key, to have something of his own.',
      asks: askForSecondKey,
      carries: proven(asBearer, 'stolen, as Bearer'),
      expects: badToken(askForSecondKey, 'cnf.jkt.not_as_dpop'),
    },
    exchangeByAnotherClient(alice),
    {
      title: 'alice orders with a token that is bound to where she sits.',
      asks: placeOrder,
      carries: fromHome(alice, { 'x-forwarded-for': home }, 'from there'),
      expects: relayed,
    },
    {
      title: 'The thief has that one too, and sits elsewhere.',
      asks: placeOrder,
      carries: fromHome(alice, { 'x-forwarded-for': thief }, `stolen, from ${thief}`),
      expects: badToken(placeOrder, 'client_address.other'),
    },
    {
      title: 'He writes alice’s address into every field that he can think of; the proxy adds his own, on the right.',
      asks: placeOrder,
      carries: fromHome(
        alice,
        { 'x-forwarded-for': `${home}, ${thief}`, forwarded: `for=${home}`, 'x-real-ip': home, 'client-address': home },
        `stolen, from ${thief}, which says it is ${home}`,
      ),
      expects: badToken(placeOrder, 'client_address.other'),
    },
    {
      title: 'alice orders with a token that goes with a second key, for which she gave her password again.',
      asks: placeOrder,
      carries: keyed(alice, async ({ secondKey }) => secondKey, 'with the key'),
      expects: ordered,
    },
    {
      title: 'The thief has the token, and not the key.',
      asks: placeOrder,
      carries: keyed(alice, async () => undefined, 'stolen, without the key'),
      expects: badKey(placeOrder, 'second_key.none'),
    },
    {
      title: 'He brings a second key that is good: with another token.',
      asks: placeOrder,
      carries: keyed(alice, async (_, urls) => (await secondKeyOf('bob', urls)).secondKey, 'stolen, with bob’s key'),
      expects: badKey(placeOrder, 'second_key.mismatch'),
    },
  ];
}

function exchangeByAnotherClient(alice: Alice): Scene {
  const form: Record<string, string> = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: 'payment.service',
    scope: 'payment.create',
  };
  const basic = Buffer.from(`demo-service:${demoPassword}`).toString('base64');
  return {
    title: 'He has the credentials of some other client, and would exchange the token for one without a binding.',
    asks: { service: 'auth', method: 'POST', path: '/token', form },
    carries: carries(async (urls) => {
      form.subject_token = await alice.provenToken(urls);
      return { authorization: `Basic ${basic}` };
    }, 'alice’s, stolen, presented by the client demo-service'),
    expects: { hops: ['auth'], status: 400, body: { error: 'unauthorized_client' } },
  };
}

function fromHome(alice: Alice, headers: Record<string, string>, how: string): Scene['carries'] {
  return carries(
    async (urls) => ({ ...asBearer(await alice.tokenOfHome(urls)), ...headers }),
    `alice’s, bound to ${home}; ${how}`,
  );
}

type Choose = (keyed: { secondKey: string }, urls: PerService<string>) => Promise<string | undefined>;

function keyed(alice: Alice, choose: Choose, how: string): Scene['carries'] {
  return carries(async (urls) => {
    const mine = await alice.keyedToken(urls);
    const key = await choose(mine, urls);
    return { ...asBearer(mine.token), ...(key && { 'second-key': key }) };
  }, `alice’s, bound to a second key; ${how}`);
}

function carries(headers: (urls: PerService<string>) => Promise<object>, told: string): Scene['carries'] {
  return async (urls): Promise<Carried> => ({
    headers: (await headers(urls)) as Record<string, string>,
    told: [['token', told]],
  });
}
