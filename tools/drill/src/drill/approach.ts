import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AttackContext, type AttackTarget } from '@waybill/auth/testing';
import { DrillError } from './drill-error.js';
import type { DrillOptions } from './options.js';

/**
 * Learns what must be known of the service, and waits until it lets a genuine token through: an attack on a service that
 * refuses everybody shows nothing.
 * @throws DrillError where that does not come about in time
 */
export async function approach(
  options: DrillOptions,
  hands: Pick<AttackTarget, 'trap' | 'attacker' | 'brokenIssuers'>,
): Promise<AttackContext> {
  const deadline = Date.now() + options.waitSeconds * 1000;
  const { origin, route, token, jwks, signed, once, clientAddress } = options;
  const publicKey = token !== undefined && jwks ? await publicKeyOf(token, jwks) : undefined;
  const target: Omit<AttackTarget, 'audience'> = {
    origin,
    route,
    ...hands,
    ...(token !== undefined && { token }),
    ...(publicKey && { publicKey }),
    ...(signed && { signed }),
    ...(once && { once }),
    ...(clientAddress !== undefined && { clientAddress }),
  };
  const audience = options.audience ?? (await realmOf(new AttackContext({ ...target, audience: '' }), deadline));
  const context = new AttackContext({ ...target, audience });
  await untilLetThrough(context, deadline);
  return context;
}

/** The realm of the challenge to a request without credentials (RFC 9110 §11.5). */
async function realmOf(context: AttackContext, deadline: number): Promise<string> {
  const { status, headers } = await repeat(deadline, () => context.send({ headers: [] }));
  const realm = /^Bearer realm="([^"]*)"$/.exec(headers['www-authenticate'] ?? '')?.[1];
  if (realm === undefined)
    throw new DrillError(
      `Without credentials the route answers ${status} and no Bearer challenge with a realm. Give the URL of a guarded route.`,
    );
  return realm;
}

async function untilLetThrough(context: AttackContext, deadline: number): Promise<void> {
  await repeat(deadline, async () => {
    const { status, body } = await context.send({ headers: [['Authorization', `Bearer ${context.token}`]] });
    if (status < 200 || status > 299) throw new Error(`a genuine token is answered ${status}: ${body.slice(0, 300)}`);
  });
}

/** Tries again every second until it succeeds or the time is up. */
async function repeat<T>(deadline: number, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const problem = error instanceof Error ? error.message || error.name : String(error);
      if (Date.now() >= deadline)
        throw new DrillError(`The drill cannot begin: ${problem}. See --help for what the service must trust.`);
      await delay(1000);
    }
  }
}

/** The key of a token's `kid` in a JWK Set (RFC 7517 §5). */
async function publicKeyOf(token: string, jwks: URL): Promise<KeyObject> {
  try {
    const { kid } = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString());
    const { keys } = (await (await fetch(jwks)).json()) as { keys: (JsonWebKey & { kid?: unknown })[] };
    return createPublicKey({ key: keys.find((key) => key.kid === kid) ?? {}, format: 'jwk' });
  } catch (cause) {
    throw new DrillError(
      `${jwks.href} gives no key for the token. Give the JWK Set of its issuer, or leave --jwks out.`,
      { cause },
    );
  }
}
