import { createHmac, randomBytes } from 'node:crypto';
import type { SignatureKey } from '../../proof/index.js';
import { keyId } from '../../proof/signature/signature-key.js';
import {
  contentDigest,
  requiredComponents,
  type SignedMessage,
  signatureBase,
} from '../../proof/signature/signed-message.js';
import type { AttackContext } from './attack-context.js';
import { type AttackRequest } from './attack-request.js';
import { now } from './token-text.js';

/** In what the signed statement differs from the request that is sent, or from a good signature. */
export interface Deviation {
  readonly method?: string;
  readonly authority?: string;
  readonly target?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Without a time limit, neither sent nor signed. */
  readonly untimed?: true;
  readonly key?: SignatureKey;
  readonly parameters?: { readonly created?: number; readonly nonce?: string; readonly alg?: string };
}

/** A request to the signed route, signed with the key in hand (RFC 9421 §3.1) as the guard wants it, but for the deviation. */
export function signedRequest(context: AttackContext, deviation: Deviation = {}): AttackRequest {
  const { signed, host } = context;
  const sent = {
    authorization: `Bearer ${context.signedToken}`,
    'content-type': 'application/json',
    'idempotency-key': randomBytes(9).toString('base64url'),
    ...(!deviation.untimed && { 'request-timeout-ms': '5000' }),
    'content-digest': contentDigest(Buffer.from(signed.body ?? '')),
  };
  const message: SignedMessage = {
    method: deviation.method ?? signed.method,
    authority: deviation.authority ?? host,
    target: deviation.target ?? signed.path,
    fields: { ...sent, ...deviation.fields },
  };
  return { route: signed, headers: Object.entries({ ...sent, ...signatureFields(message, signed.key, deviation) }) };
}

function signatureFields(message: SignedMessage, own: SignatureKey, deviation: Deviation): Record<string, string> {
  const { key = own, parameters = {} } = deviation;
  const { created = now(), nonce = randomBytes(16).toString('base64url'), alg = 'hmac-sha256' } = parameters;
  const components = requiredComponents(message.fields);
  const covered = components.map((component) => `"${component}"`).join(' ');
  const input = `(${covered});created=${created};nonce="${nonce}";keyid="${keyId(key)}";alg="${alg}"`;
  const signature = createHmac('sha256', key.secret)
    .update(signatureBase(message, components, input))
    .digest('base64');
  return { 'signature-input': `waybill=${input}`, signature: `waybill=:${signature}:` };
}
