import { createHash } from 'node:crypto';
import { type Item, type Parameters, serializeInnerList, serializeItem } from 'structured-headers';

/** The label under which the signature stands in `Signature-Input` and `Signature`. */
export const signatureLabel = 'waybill';

/** What of an HTTP request a signature covers. Paths, host and header fields are as received, not as interpreted. */
export interface SignedMessage {
  readonly method: string;
  /** The `Host` header field; a client leaves its scheme's default port out (RFC 9110 §4.2.3). */
  readonly authority: string;
  /** Path and query as in the request line (RFC 9110 §7.1 origin-form). */
  readonly target: string;
  /** Each covered field once, by lower-case name, without white space around its value. */
  readonly fields: Readonly<Record<string, string>>;
}

const noParameters: Parameters = new Map();
const always = ['@method', '@authority', '@path', '@query', 'content-digest', 'authorization'];
/** Sent by some, and believed: so they are covered wherever they stand. */
const wherePresent = ['content-type', 'idempotency-key', 'request-timeout-ms', 'client-address'];

/** The components that must be covered, in this order: everything that is not covered could be forged. */
export function requiredComponents(fields: SignedMessage['fields']): string[] {
  return [...always, ...wherePresent.filter((field) => field in fields)];
}

/** The covered components and the signature's parameters, as the value of one `Signature-Input` member (RFC 9421 §4.1). */
export function signatureParameters(components: readonly string[], parameters: Parameters): string {
  return serializeInnerList([components.map((component): Item => [component, noParameters]), parameters]);
}

/** The signature base (RFC 9421 §2.5). */
export function signatureBase(message: SignedMessage, components: readonly string[], parameters: string): string {
  const lines = components.map(
    (component) => `${serializeItem([component, noParameters])}: ${componentValue(message, component)}`,
  );
  return [...lines, `"@signature-params": ${parameters}`].join('\n');
}

function componentValue({ method, authority, target, fields }: SignedMessage, component: string): string {
  const [path = '', query] = splitOnce(target);
  switch (component) {
    case '@method':
      return method;
    case '@authority':
      return authority.toLowerCase();
    case '@path':
      return path;
    case '@query':
      return `?${query ?? ''}`;
    default:
      return fields[component] ?? '';
  }
}

function splitOnce(target: string): [string, string?] {
  const at = target.indexOf('?');
  return at < 0 ? [target] : [target.slice(0, at), target.slice(at + 1)];
}

/** The `Content-Digest` of a body (RFC 9530 §2); no body is a body of no bytes. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}
