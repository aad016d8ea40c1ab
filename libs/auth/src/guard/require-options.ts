import type { ServiceAuthOptions } from './service-auth.options.js';

/** What each option must look like: for callers that no compiler checks, and for values that come from the environment. */
const forms: Readonly<Record<keyof ServiceAuthOptions, readonly [(value: unknown) => boolean, string]>> = {
  issuers: [isListOfObjects, 'a list: [{ issuer: "https://…", audience: "…" }]'],
  clockToleranceSeconds: [(value) => typeof value === 'number', 'a number of seconds'],
  maxVerifiedTokens: [(value) => typeof value === 'number', 'a whole number'],
  allowHttp: [(value) => typeof value === 'boolean', 'true or false, not a text'],
  signatures: [isSignatures, '{ caller: "…", keys: [{ caller, id, secret }] }'],
  dpop: [isDpop, '{ publicUrls: ["https://…"] }'],
  usedTokens: [(value) => isObject(value) && typeof value.use === 'function', 'a record such as memoryUsedTokens()'],
  trustedProxies: [isListOfTexts, 'a list of addresses or ranges: ["10.0.0.0/8"]'],
  targets: [isListOfObjects, 'a list: [{ audience: "…", url: "https://…" }]'],
  clientCredentials: [isClientCredentials, '{ tokenUrl: "https://…", clientId: "…", clientSecret: "…" }'],
  maxRevocationStalenessSeconds: [(value) => typeof value === 'number', 'a number of seconds'],
  requestTimeoutMs: [(value) => typeof value === 'number', 'a number of milliseconds'],
  unannotatedRoutes: [(value) => value === 'refuse' || value === 'fail-boot', '"refuse" or "fail-boot"'],
  onDecision: [(value) => typeof value === 'function', 'a function'],
};

/**
 * Refuses options that cannot be meant.
 * @throws TypeError with the remedy
 */
export function requireServiceAuthOptions(options: unknown): void {
  if (!isObject(options) || options.issuers === undefined) {
    throw new TypeError(
      'ServiceAuthModule needs at least one issuer: forRoot({ issuers: [{ issuer: "https://…", audience: "…" }] }).',
    );
  }
  for (const [name, value] of Object.entries(options)) requireForm(name, value);
}

function requireForm(name: string, value: unknown): void {
  const form = Object.entries(forms).find(([known]) => known === name)?.[1];
  if (!form) {
    throw new TypeError(`ServiceAuthModule has no option "${name}". It has: ${Object.keys(forms).join(', ')}.`);
  }
  const [fits, shape] = form;
  if (value !== undefined && !fits(value)) throw new TypeError(`${name} of ServiceAuthModule must be ${shape}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every(isObject);
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isSignatures(value: unknown): boolean {
  return isObject(value) && typeof value.caller === 'string' && isListOfObjects(value.keys);
}

function isDpop(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.publicUrls);
}

function isClientCredentials(value: unknown): boolean {
  return isObject(value) && ['tokenUrl', 'clientId', 'clientSecret'].every((name) => typeof value[name] === 'string');
}
