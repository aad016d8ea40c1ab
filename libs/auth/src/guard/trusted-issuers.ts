import { Logger } from '@nestjs/common';
import { oneLine } from '../observe/index.js';
import { type KeySetNews, type TrustedIssuer, trustIssuer } from '../verify/index.js';
import type { ServiceAuthOptions } from './service-auth.options.js';

/** Injection token of the issuers that this service trusts. */
export const TRUSTED_ISSUERS = Symbol('TRUSTED_ISSUERS');

/**
 * Builds the trusted issuers.
 * @throws TypeError with the remedy
 */
export function trustedIssuers({ issuers, allowHttp = false }: ServiceAuthOptions): readonly TrustedIssuer[] {
  if (!issuers?.length)
    throw new TypeError(
      'ServiceAuthModule needs at least one issuer: issuers: [{ issuer: "https://…", audience: "…" }].',
    );
  if (new Set(issuers.map(({ issuer }) => issuer)).size < issuers.length)
    throw new TypeError('An issuer is listed twice. Give each issuer once.');
  const trusted = issuers.map((options) => trustIssuer(options, allowHttp, keySetLog(options.issuer)));
  for (const { issuer, secret } of issuers) if (secret !== undefined) warnOfSharedSecret(issuer);
  return trusted;
}

function warnOfSharedSecret(issuer: string): void {
  new Logger('ServiceAuth').warn(
    `tokens of ${issuer} are checked with a shared secret (HS256): each service that holds it can mint tokens for all. Move the issuer to ES256 and its key set.`,
  );
}

/** Tells the keys of an issuer when they change, and an outage when it begins. */
function keySetLog(issuer: string): (news: KeySetNews) => void {
  const logger = new Logger('ServiceAuth');
  let last = '';
  return (news) => {
    const line = oneLine(
      news.kind === 'obtained'
        ? `verification keys of ${issuer}: ${news.kids.join(', ')}`
        : `verification keys of ${issuer} cannot be had: ${news.error instanceof Error ? news.error.message : String(news.error)}`,
    );
    if (line === last) return;
    last = line;
    if (news.kind === 'obtained') logger.log(line);
    else logger.warn(line);
  };
}
