import { ConfigurationError, list } from '@waybill/service-defaults';

/** Who is told of security events, and the keys that the messages are signed with. */
export interface Webhook {
  url: string;
  /** The first is the one in use; a second one is on its way in or out (Standard Webhooks, "Secret rotation"). */
  secrets: readonly Buffer[];
}

const thisMachine = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/;

/** `WEBHOOK_URLS`: where security events go. */
export function webhookUrlList() {
  const kind = 'https URLs (http on this machine only) without credentials, query or fragment';
  return list(kind, 'https://ops.example.com/waybill', webhookUrl, true);
}

/** `WEBHOOK_SECRETS`: for each URL, in the same order, its secret, or two of them parted by a space. */
export function webhookSecretList() {
  const kind = 'secrets, one for each of WEBHOOK_URLS, each whsec_ and 24 to 64 bytes in base64';
  return list(kind, 'whsec_$(openssl rand -base64 32)', secretsOfOne, true);
}

/** Pairs the URLs with their secrets. Throws ConfigurationError where one has none. */
export function webhooksOf(urls: readonly string[], secrets: readonly Buffer[][]): Webhook[] {
  if (new Set(urls).size < urls.length) {
    throw new ConfigurationError(['WEBHOOK_URLS: names a URL twice. Name each once.']);
  }
  if (urls.length !== secrets.length) {
    throw new ConfigurationError([
      `WEBHOOK_SECRETS: has ${secrets.length} entries, and WEBHOOK_URLS has ${urls.length}. Set one for each URL, in the same order, e.g. whsec_$(openssl rand -base64 32).`,
    ]);
  }
  return urls.map((url, index) => ({ url, secrets: secrets[index] ?? [] }));
}

function webhookUrl(text: string): string | undefined {
  if (!/^https?:\/\/[^?#\s\\@]+$/.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || thisMachine.test(hostname) ? text : undefined;
}

function secretsOfOne(text: string): Buffer[] | undefined {
  const secrets = text.split(' ').map(secret);
  return secrets.length <= 2 && secrets.every((bytes) => bytes !== undefined) ? secrets : undefined;
}

function secret(text: string): Buffer | undefined {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]{32,86}={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}
