/** What a token is bound to (`cnf`, RFC 7800 §3): who presents it must show more than the token. */
export interface Confirmation {
  /** The key that makes DPoP proofs, by its thumbprint: `jkt` (RFC 9449 §6.1). */
  readonly keyThumbprint?: string;
  /** The key that signs the requests, as `caller/id`: `kid` (RFC 7800 §3.4). */
  readonly signatureKeyId?: string;
  /** The second key that goes with it, by its SHA-256 in base64url: `second_key#S256`. */
  readonly secondKeyHash?: string;
  /** The range of addresses that it may be sent from, in CIDR notation: `client_address`. */
  readonly clientAddress?: string;
}

/** The members of `cnf`, each with its form. */
const members = {
  keyThumbprint: ['jkt', /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/],
  signatureKeyId: ['kid', /^[A-Za-z0-9._-]{1,64}\/[A-Za-z0-9._-]{1,64}$/],
  secondKeyHash: ['second_key#S256', /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/],
  clientAddress: ['client_address', /^[0-9A-Fa-f.:]{2,45}\/[0-9]{1,3}$/],
} as const;

const entries = Object.entries(members) as [keyof Confirmation, readonly [string, RegExp]][];

/** Reads a `cnf` claim; undefined where it binds to nothing, or to anything that is not known, so that nobody could enforce it. */
export function readConfirmation(cnf: unknown): Confirmation | undefined {
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return undefined;
  const claimed = Object.entries(cnf);
  const read = claimed.map(([name, value]) => {
    const known = entries.find(
      ([, [member, form]]) => member === name && typeof value === 'string' && form.test(value),
    );
    return known && [known[0], value];
  });
  const understood = read.filter((member) => member !== undefined);
  return claimed.length > 0 && understood.length === claimed.length
    ? Object.freeze(Object.fromEntries(understood))
    : undefined;
}

/** Writes a `cnf` claim, for an issuer. */
export function confirmationClaim(confirmation: Confirmation): Readonly<Record<string, string>> {
  const bound = entries.map(([name, [member]]) => [member, confirmation[name]]);
  return Object.fromEntries(bound.filter(([, value]) => value !== undefined));
}
