import { expect, test } from 'vitest';
import { authConfig } from '../config.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const webhooks = (urls: string, secrets: string) =>
  authConfig({ WEBHOOK_URLS: urls, WEBHOOK_SECRETS: secrets }).webhooks;

test('webhooks have a secret each, or two while it changes, and there are none by default', () => {
  expect(authConfig({}).webhooks).toEqual([]);
  const [one, two] = webhooks('https://a.example/x, http://127.0.0.1:8080', `${secret},${secret} ${secret}`);
  expect(one).toEqual({ url: 'https://a.example/x', secrets: [Buffer.alloc(32, 7)] });
  expect(two?.secrets).toHaveLength(2);
});

test.each([
  ['plain http to another machine', 'http://a.example', secret, /^WEBHOOK_URLS: must be .*https/],
  ['a query', 'https://a.example/?key=s3cret', secret, /^WEBHOOK_URLS: must be/],
  ['credentials', 'https://u:p@a.example/', secret, /^WEBHOOK_URLS: must be/],
  ['one URL twice', 'https://a.example,https://a.example', `${secret},${secret}`, /^WEBHOOK_URLS: names a URL twice/],
  ['no secret', 'https://a.example', '', /^WEBHOOK_SECRETS: has 0 entries.*whsec_\$\(openssl rand/],
  ['a secret too many', 'https://a.example', `${secret},${secret}`, /^WEBHOOK_SECRETS: has 2 entries/],
  ['a short secret', 'https://a.example', 'whsec_c2VjcmV0', /^WEBHOOK_SECRETS: must be/],
  ['a secret of another form', 'https://a.example', 'x'.repeat(44), /^WEBHOOK_SECRETS: must be/],
])('refuses %s, with the remedy and without the value', (_, urls, secrets, message) => {
  expect(() => webhooks(urls, secrets)).toThrow(message);
  expect(() => webhooks(urls, secrets)).not.toThrow(/s3cret|c2VjcmV0|x{44}/);
});
