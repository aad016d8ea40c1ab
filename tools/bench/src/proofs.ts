import { generateKeyPairSync } from 'node:crypto';
import {
  createDpopKey,
  createDpopProof,
  createSecondKey,
  type DpopAlgorithm,
  RequestKey,
  type SignatureKeyPair,
  signRequest,
} from '@waybill/auth';
import type { Candidate } from './candidate.js';
import { guarded, guards } from './candidates.js';

const client = { caller: 'client', id: 'bench' };
const secret = 'a secret of more than thirty-two bytes';
const pairs = {
  ed25519: generateKeyPairSync('ed25519'),
  'ecdsa-p256-sha256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
const secondKey = createSecondKey();
/** What DPoP proofs call the service, wherever it listens. */
const publicUrl = 'http://bench.test';
const path = '/orders';

/** The public keys with which the measured service verifies signatures, in PEM: it runs in another process than the client. */
export const clientKeys: Readonly<Record<SignatureKeyPair['algorithm'], string>> = {
  ed25519: pem('ed25519'),
  'ecdsa-p256-sha256': pem('ecdsa-p256-sha256'),
};

const signature = { signature: { callers: ['client'] } } as const;

/** A good token that is remembered, and beside it each proof that a route can demand. */
export const proofs = {
  unguarded: guards.unguarded,
  examining: guards.examining,
  once: {
    name: 'waybill, each token used once',
    statusForForgery: 401,
    freshTokens: true,
    module: guarded({}, { once: true }),
  },
  remembering: guards.remembering,
  secondKey: {
    name: '  and a second key',
    statusForForgery: 401,
    claims: { cnf: { 'second_key#S256': secondKey.hash } },
    present: () => ({ 'second-key': secondKey.key }),
    module: guarded({}, { secondKey: true }),
  },
  address: {
    name: '  and the bound address',
    statusForForgery: 401,
    claims: { cnf: { client_address: '127.0.0.0/8' } },
    module: guarded({}, { address: true }),
  },
  hmac: {
    name: '  and signed, hmac-sha256',
    statusForForgery: 401,
    present: signedBy(new RequestKey({ ...client, secret })),
    module: guarded({ signatures: { caller: 'bench', keys: [{ ...client, secret }] } }, signature),
  },
  ed25519: signedByPair('ed25519'),
  ecdsa: signedByPair('ecdsa-p256-sha256'),
  dpopEs256: proven('ES256'),
  dpopEdDsa: proven('EdDSA'),
} as const satisfies Record<string, Candidate>;

function signedByPair(algorithm: SignatureKeyPair['algorithm']): Candidate {
  const { privateKey } = pairs[algorithm];
  return {
    name: `  and signed, ${algorithm}`,
    statusForForgery: 401,
    present: signedBy(new RequestKey({ ...client, algorithm, privateKey })),
    module: (issuer) => {
      const publicKey = issuer.clientKeys[algorithm];
      const signatures = { caller: 'bench', keys: [{ ...client, algorithm, publicKey }] };
      return guarded({ signatures }, signature)(issuer);
    },
  };
}

function signedBy(key: RequestKey): NonNullable<Candidate['present']> {
  return (token, url) => {
    const { host, pathname: target } = new URL(url);
    const fields = { authorization: `Bearer ${token}` };
    return signRequest({ method: 'GET', authority: host, target, fields }, new Uint8Array(), key);
  };
}

function proven(algorithm: DpopAlgorithm): Candidate {
  const key = createDpopKey(algorithm);
  return {
    name: `  and proven by DPoP, ${algorithm}`,
    statusForForgery: 401,
    claims: { cnf: { jkt: key.thumbprint } },
    present: (accessToken) => ({
      authorization: `DPoP ${accessToken}`,
      dpop: createDpopProof({ key, method: 'GET', url: publicUrl + path, accessToken }),
    }),
    module: guarded({ dpop: { publicUrls: [publicUrl] } }, { dpop: true }),
  };
}

function pem(algorithm: SignatureKeyPair['algorithm']): string {
  return pairs[algorithm].publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
