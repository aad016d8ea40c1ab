import { publicKeyAlgorithms } from '@waybill/auth';
import { z } from 'zod';
import { issuerUrl, text } from './settings.js';

const name = z.string('must be a text').min(1, 'must not be empty');
const algorithm = z.enum(publicKeyAlgorithms, `must be one of ${publicKeyAlgorithms.join(', ')}`);

/** One of several issuers, as it stands in the JSON. What the members mean is told at `IssuerOptions` of the guard. */
const tokenIssuer = z.strictObject({
  issuer: issuerUrl('https://id.example.com'),
  jwksUri: issuerUrl('https://id.example.com/jwks').optional(),
  audience: text("this service's identifier", 'order.service').optional(),
  algorithms: z.array(algorithm, 'must be a list of algorithms').min(1, 'must name an algorithm').optional(),
  scopeClaim: z.union([name, z.array(name).min(1)], 'must be a path of claims, e.g. "realm_access.roles"').optional(),
  typ: z.array(name, 'must be a list of media types').min(1, 'must name a media type').optional(),
  requireJti: z.boolean('must be true or false').optional(),
  maxLifetimeSeconds: z
    .int('must be a whole number')
    .min(1, 'must be from 1 to 86400')
    .max(86_400, 'must be from 1 to 86400')
    .optional(),
  eventsUrl: issuerUrl('https://id.example.com/security-events').optional(),
});

/** An issuer of `TOKEN_ISSUERS`. */
export type TokenIssuer = z.output<typeof tokenIssuer>;

const tokenIssuers = z.array(tokenIssuer).min(1);
const remedy = `Set it to a JSON array like [{"issuer":"https://id.example.com"}], with these members: ${Object.keys(tokenIssuer.shape).join(', ')}.`;

/** `TOKEN_ISSUERS`: a JSON array. A member that is unknown is refused: a check that nobody makes must not look as if it were made. */
export function tokenIssuerList() {
  return z.string().transform((json, context): TokenIssuer[] => {
    const result = tokenIssuers.safeParse(parseJson(json));
    if (result.success) return result.data;
    const faults = result.error.issues.map(describe).join('; ');
    context.issues.push({ code: 'custom', message: `${faults}. ${remedy}`, input: undefined });
    return z.NEVER;
  });
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // no array, as the message will say; the cause would quote the text
  }
}

/** Says which member of which issuer is wrong and why, without its value: a URL may hold a password. */
function describe({ path: [index, ...member], ...issue }: z.core.$ZodIssue): string {
  if (typeof index !== 'number') return 'must be a JSON array of one or more issuers';
  const place = `issuer ${index + 1}`;
  if (issue.code === 'unrecognized_keys') return `${place} has the unknown member ${issue.keys.join(', ')}`;
  if (member.length === 0) return `${place} must be an object`;
  return `${place}: ${member.join('.')} ${issue.message.replace(/\.$/, '')}`;
}
