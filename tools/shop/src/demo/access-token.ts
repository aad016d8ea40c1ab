/** What a token says; nobody but its audience may rely on it. */
export interface Claims {
  sub: string;
  aud: readonly string[];
  service_scopes: readonly string[];
}

/** Reads a token's claims without checking anything. */
export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** The token with one more scope in it and the signature that it had. */
export function tampered(token: string): string {
  const [header, , signature] = token.split('.');
  const claims = claimsOf(token);
  const raised = { ...claims, service_scopes: [...claims.service_scopes, 'ledger.read'] };
  return [header, Buffer.from(JSON.stringify(raised)).toString('base64url'), signature].join('.');
}
