import { type InnerList, isInnerList, parseDictionary } from 'structured-headers';
import { fault } from './signature-fault.js';
import { type SignedMessage, signatureLabel } from './signed-message.js';

/** A signature as the request states it (RFC 9421 §4); nothing of it is trusted yet. */
export interface SignatureClaim {
  readonly components: readonly unknown[];
  /** The `Signature-Input` member as received: the base is computed over these very characters. */
  readonly parameters: string;
  readonly created: number;
  readonly nonce: string;
  readonly keyid: string;
  /** The algorithm, where it is stated: it can only agree with the key's own. */
  readonly alg: unknown;
  readonly signature: Uint8Array;
}

/** Any other parameter (RFC 9421 §2.3) would ask for a check that is not made here. */
const knownParameters = new Set(['created', 'nonce', 'keyid', 'alg']);

/**
 * Reads the one signature that a request may have.
 * @throws SignatureFault
 */
export function readSignatureClaim({ fields }: SignedMessage): SignatureClaim {
  const input = fields['signature-input'];
  const field = fields.signature;
  if (input === undefined || field === undefined) return fault('signature.absent');
  const list = listOf(input);
  const signature = byteSequence.exec(field)?.[1];
  if (!list || signature === undefined) return fault('signature.malformed');
  if ([...list[1].keys()].some((name) => !knownParameters.has(name))) return fault('signature.parameters');
  const [created, nonce, keyid, alg] = ['created', 'nonce', 'keyid', 'alg'].map((name) => list[1].get(name));
  if (typeof created !== 'number' || typeof nonce !== 'string' || typeof keyid !== 'string')
    return fault('signature.parameters');
  if (nonce.length < 16 || nonce.length > 128) return fault('signature.nonce');
  return {
    components: componentsOf(list),
    parameters: input.slice(signatureLabel.length + 1),
    created,
    nonce,
    keyid,
    alg,
    signature: Buffer.from(signature, 'base64'),
  };
}

/** The one member that `Signature` may have, a byte sequence (RFC 9651 §3.3.5) under our label. */
const byteSequence = new RegExp(`^${signatureLabel}=:([A-Za-z0-9+/]*={0,2}):$`);

/** The one member that `Signature-Input` may have, an inner list (RFC 9651 §3.1.1) under our label. */
function listOf(field: string): InnerList | undefined {
  try {
    const dictionary = parseDictionary(field);
    const list = dictionary.size === 1 ? dictionary.get(signatureLabel) : undefined;
    return list && isInnerList(list) && field.startsWith(`${signatureLabel}=`) ? list : undefined;
  } catch {
    return undefined; // malformed: the caller refuses
  }
}

/** Component names; a component with parameters is no name that we ask for. */
function componentsOf([items]: InnerList): unknown[] {
  return items.map(([name, parameters]) => (parameters.size === 0 ? name : undefined));
}
