import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryReplayStore, readSignatureKey, SignatureKeyRing, verifyRequest } from '@waybill/auth';
import { afterAll, expect, test } from 'vitest';
import { sign } from './sign.js';

const folder = mkdtempSync(join(tmpdir(), 'waybill-proof-'));
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const half = {
  public: `order/k1:ed25519-public:${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`,
  private: `order/k1:ed25519-private:${privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')}`,
};
const files = {
  key: file('key', `${half.public.replace('k1', 'k0')},${half.private}\n`),
  token: file('token', 'a.b.c\n'),
  body: file('body', '{"a":1}\n'),
};
const url = 'http://127.0.0.1:3002/payments?dry=1';

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('prints what makes a signed request, each field on one line', async () => {
  const lines = await sign([
    ...['--key-file', files.key, '--token-file', files.token, '--url', url, '--method', 'POST'],
    ...['--body-file', files.body, '--idempotency-key', 'o1'],
  ]);
  const fields = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  expect(fields).toMatchObject({ authorization: 'Bearer a.b.c', 'content-type': 'application/json' });
  const message = { method: 'POST', authority: '127.0.0.1:3002', target: '/payments?dry=1', fields };
  const expectations = {
    keys: new SignatureKeyRing([readSignatureKey(half.public)]),
    replayStore: { ...memoryReplayStore(), forgetsOnRestart: false },
    callers: ['order'],
    maxAgeSeconds: 60,
    clockToleranceSeconds: 10,
  };
  const body = Buffer.from('{"a":1}\n');
  expect(await verifyRequest(message, body, expectations)).toEqual({ caller: 'order', keyId: 'order/k1' });
});

test.each([
  [[], 'needs --key-file, --url and --token-file'],
  [['--token', 'a.b.c'], "Unknown option '--token'"],
  [['--key-file', files.key, '--token-file', files.token, '--url', '127.0.0.1:3002'], 'is not an http address'],
  [['--key-file', join(folder, 'none'), '--token-file', files.token, '--url', url], 'none cannot be read'],
  [['--key-file', file('public', half.public), '--token-file', files.token, '--url', url], 'public keys alone'],
  [['--key-file', file('odd', 'confidential'), '--token-file', files.token, '--url', url], 'odd: A signature key is'],
])('refuses %j with the remedy', async (args, message) => {
  const refusal = await sign(args).catch((error: Error) => error.message);
  expect(refusal).toContain(message);
  expect(refusal).not.toContain('confidential');
});
