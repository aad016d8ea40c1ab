import { randomBytes } from 'node:crypto';
import { RequestKey, type SignatureKey } from '../../proof/index.js';
import {
  contentDigest,
  requiredComponents,
  type SignedMessage,
  signatureBase,
} from '../../proof/signature/signed-message.js';
import type { AttackContext } from './attack-context.js';
import { type AttackRequest } from './attack-request.js';
import { now } from './token-text.js';

/** The algorithms of request signatures: each is attacked alike. */
export const signatureAlgorithms = ['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256'] as const;
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number];

/** In what the signed statement differs from the request that is sent, or from a good signature. */
export interface Deviation {
  readonly token?: string;
  readonly method?: string;
  readonly authority?: string;
  readonly target?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Without a time limit, neither sent nor signed. */
  readonly untimed?: true;
  /** Without a body, neither sent nor signed. */
  readonly bodiless?: true;
  readonly key?: SignatureKey;
  /** The key's id that is stated. */
  readonly keyid?: string;
  /** What is covered, in place of what must be. */
  readonly components?: (required: readonly string[]) => readonly string[];
  readonly parameters?: { readonly created?: number; readonly nonce?: string; readonly alg?: string | undefined };
  /** Makes the signature, in place of the key. */
  readonly seal?: (base: string, sign: (base: string) => Buffer) => Buffer;
}

/** A request to the signed route, signed with the key in hand (RFC 9421 §3.1) as the guard wants it, but for the deviation. */
export function signedRequest(
  context: AttackContext,
  algorithm: SignatureAlgorithm,
  deviation: Deviation = {},
): AttackRequest {
  const { signed, host } = context;
  const { body, ...bare } = signed;
  const sent = {
    authorization: `Bearer ${deviation.token ?? context.signedToken}`,
    ...(!deviation.bodiless && { 'content-type': 'application/json' }),
    'idempotency-key': randomBytes(9).toString('base64url'),
    ...(!deviation.untimed && { 'request-timeout-ms': '5000' }),
    'client-address': '192.0.2.7',
    'content-digest': contentDigest(Buffer.from((!deviation.bodiless && body) || '')),
  };
  const message: SignedMessage = {
    method: deviation.method ?? signed.method,
    authority: deviation.authority ?? host,
    target: deviation.target ?? signed.path,
    fields: { ...sent, ...deviation.fields },
  };
  const key = deviation.key ?? context.signatureKey(algorithm);
  const headers = Object.entries({ ...sent, ...signatureFields(message, new RequestKey(key), deviation) });
  return { route: deviation.bodiless ? bare : signed, headers };
}

function signatureFields(message: SignedMessage, key: RequestKey, deviation: Deviation): Record<string, string> {
  const { created = now(), nonce = randomBytes(16).toString('base64url') } = deviation.parameters ?? {};
  const { alg } = { alg: key.algorithm as string | undefined, ...deviation.parameters };
  const required = requiredComponents(message.fields);
  const components = deviation.components?.(required) ?? required;
  const covered = components.map((component) => `"${component}"`).join(' ');
  const stated = alg === undefined ? '' : `;alg="${alg}"`;
  const input = `(${covered});created=${created};nonce="${nonce}";keyid="${deviation.keyid ?? key.keyId}"${stated}`;
  const base = signatureBase(message, components, input);
  const sign = (text: string) => key.sign(text);
  const signature = (deviation.seal?.(base, sign) ?? sign(base)).toString('base64');
  return { 'signature-input': `waybill=${input}`, signature: `waybill=:${signature}:` };
}
