import type { ClientCredentialsOptions } from '../call/index.js';
import type { DpopOptions } from '../proof/index.js';
import {
  isListOfObjects,
  isListOfTexts,
  isNumber,
  isObject,
  isText,
  type OptionForm,
  type OptionForms,
  requireForms,
} from './option-form.js';
import type { ServiceAuthOptions, SignatureOptions } from './service-auth.options.js';

const forms: OptionForms<ServiceAuthOptions> = {
  issuers: [isListOfObjects, 'a list: [{ issuer: "https://…", audience: "…" }]'],
  clockToleranceSeconds: [isNumber, 'a number of seconds'],
  maxVerifiedTokens: [isNumber, 'a whole number'],
  allowHttp: [(value) => typeof value === 'boolean', 'true or false, not a text'],
  signatures: [isSignatures, '{ caller: "…", keys: [{ caller, id, secret }] }'],
  dpop: [isObject, '{ publicUrls: ["https://…"] }'],
  usedTokens: [(value) => isObject(value) && typeof value.use === 'function', 'a record such as memoryUsedTokens()'],
  trustedProxies: [isListOfTexts, 'a list of addresses or ranges: ["10.0.0.0/8"]'],
  targets: [isListOfObjects, 'a list: [{ audience: "…", url: "https://…" }]'],
  clientCredentials: [isClientCredentials, '{ tokenUrl: "https://…", clientId: "…", clientSecret: "…" }'],
  maxRevocationStalenessSeconds: [isNumber, 'a number of seconds'],
  requestTimeoutMs: [isNumber, 'a number of milliseconds'],
  unannotatedRoutes: [(value) => value === 'refuse' || value === 'fail-boot', '"refuse" or "fail-boot"'],
  onDecision: [(value) => typeof value === 'function', 'a function'],
};

const replayStore: OptionForm = [
  (value) => isObject(value) && typeof value.record === 'function' && typeof value.forgetsOnRestart === 'boolean',
  'a record such as memoryReplayStore(), which says in forgetsOnRestart whether it does',
];

const signatureForms: OptionForms<SignatureOptions> = {
  caller: [isText, 'the name of this service'],
  keys: [isListOfObjects, 'a list: [{ caller, id, secret }]'],
  replayStore,
  maxAgeSeconds: [isNumber, 'a number of seconds'],
  addressVouchers: [isListOfTexts, 'a list of callers: ["order"]'],
};

const dpopForms: OptionForms<DpopOptions> = {
  publicUrls: [isListOfSome, 'a list of what callers call this service: ["https://…"]'],
  algorithms: [isListOfTexts, 'a list: ["ES256"]'],
  maxAgeSeconds: [isNumber, 'a number of seconds'],
  nonceSecret: [isText, 'a text'],
  replayStore,
};

const credentialForms: OptionForms<ClientCredentialsOptions> = {
  tokenUrl: [isText, 'a URL'],
  issuer: [isText, 'the URL of an issuer'],
  clientId: [isText, 'a text'],
  clientSecret: [isText, 'a text'],
};

/**
 * Refuses options that cannot be meant: an option misspelt would be one that is not there.
 * @throws TypeError with the remedy
 */
export function requireServiceAuthOptions(options: unknown): void {
  if (!isObject(options) || options.issuers === undefined) {
    throw new TypeError(
      'ServiceAuthModule needs at least one issuer: forRoot({ issuers: [{ issuer: "https://…", audience: "…" }] }).',
    );
  }
  requireForms('ServiceAuthModule', options, forms);
  const { signatures, dpop, clientCredentials } = options as unknown as ServiceAuthOptions;
  if (signatures) requireForms('signatures', signatures, signatureForms);
  if (dpop) requireForms('dpop', { ...dpop, publicUrls: dpop.publicUrls ?? null }, dpopForms);
  if (clientCredentials) requireForms('clientCredentials', clientCredentials, credentialForms);
}

function isListOfSome(value: unknown): boolean {
  return isListOfTexts(value) && (value as []).length > 0;
}

function isSignatures(value: unknown): boolean {
  return isObject(value) && isText(value.caller) && isListOfObjects(value.keys);
}

function isClientCredentials(value: unknown): boolean {
  return isObject(value) && ['tokenUrl', 'clientId', 'clientSecret'].every((name) => isText(value[name]));
}
