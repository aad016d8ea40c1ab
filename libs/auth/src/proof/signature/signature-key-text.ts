import { createPrivateKey, createPublicKey } from 'node:crypto';
import { RequestKey } from './request-key.js';
import type { SignatureKey, SignatureKeyPair } from './signature-key.js';

const algorithms = { ed25519: 'ed25519', 'ecdsa-p256': 'ecdsa-p256-sha256' } as const;
const entry = /^([A-Za-z0-9._-]+)\/([A-Za-z0-9._-]+):(\S+)$/;
const half = /^(ed25519|ecdsa-p256)-(private|public):([A-Za-z0-9+/]+={0,2})$/;
/** What was meant as a key of a pair must not become a secret by a slip of the pen. */
const likeHalf = /^((ed25519|ecdsa)[^:]*|[\w-]*(public|private)[\w-]*):/i;

/**
 * Reads a signature key from one line of text, as configuration holds it: `caller/id:secret`, or
 * `caller/id:ed25519-private:…`, `…:ed25519-public:…`, `…:ecdsa-p256-private:…` or `…:ecdsa-p256-public:…` with the key's DER
 * (PKCS #8, SPKI) in base64.
 * @throws TypeError with the remedy, and without the text
 */
export function readSignatureKey(text: string): SignatureKey {
  const [, caller, id, rest] = entry.exec(text) ?? [];
  if (!caller || !id || !rest)
    throw new TypeError('A signature key is written as caller/id:secret. Write it so, without white space.');
  const key = likeHalf.test(rest) ? pairOf({ caller, id }, rest) : { caller, id, secret: rest };
  new RequestKey(key); // so that what is unsound is known here
  return key;
}

function pairOf(named: { caller: string; id: string }, rest: string): SignatureKeyPair {
  const unfit = () =>
    new TypeError(
      `Signature key ${named.caller}/${named.id} is none. Write ed25519-private:, ed25519-public:, ecdsa-p256-private: or ecdsa-p256-public: and the key's DER (PKCS #8, SPKI) in base64.`,
    );
  const [, algorithm, type, base64 = ''] = half.exec(rest) ?? [];
  const der = Buffer.from(base64, 'base64');
  if (algorithm !== 'ed25519' && algorithm !== 'ecdsa-p256') throw unfit();
  try {
    return {
      ...named,
      algorithm: algorithms[algorithm],
      ...(type === 'private'
        ? { privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) }
        : { publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) }),
    };
  } catch {
    throw unfit(); // without the cause: it may quote the key
  }
}
