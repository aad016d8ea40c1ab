import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDpopKey, DpopProofs, memoryReplayStore } from '@waybill/auth';
import { afterAll, expect, test } from 'vitest';
import { dpop } from './dpop.js';

const folder = mkdtempSync(join(tmpdir(), 'waybill-proof-'));
const key = createDpopKey();
const files = {
  pem: file('pem', String(key.privateKey.export({ type: 'pkcs8', format: 'pem' }))),
  jwk: file('jwk', JSON.stringify(key.privateKey.export({ format: 'jwk' }))),
  token: file('token', 'a.b.c\n'),
};
const url = 'http://127.0.0.1:3001/orders?page=1';

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test.each(['pem', 'jwk'] as const)('prints the token and a proof that holds, by a key in a %s', async (kind) => {
  const lines = await dpop(['--key-file', files[kind], '--token-file', files.token, '--url', url, '--method', 'POST']);
  const [authorization, proof = ''] = lines;
  expect(authorization).toBe('Authorization: DPoP a.b.c');
  const replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };
  const proofs = new DpopProofs({ publicUrls: ['http://127.0.0.1:3001'], replayStore });
  const request = { fields: [proof.replace('DPoP: ', '')], method: 'POST', path: '/orders', accessToken: 'a.b.c' };
  expect(await proofs.verify(request)).toEqual({ keyThumbprint: key.thumbprint });
});

test('prints a proof alone where a token is asked for, with the nonce', async () => {
  const [line = '', ...more] = await dpop(['--key-file', files.pem, '--url', url, '--nonce', 'n']);
  expect(more).toEqual([]);
  const claims = JSON.parse(Buffer.from(line.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ htm: 'GET', htu: 'http://127.0.0.1:3001/orders', nonce: 'n' });
  expect(claims).not.toHaveProperty('ath');
});

test.each([
  [[], 'needs --key-file and --url'],
  [['--token', 'a.b.c'], "Unknown option '--token'"],
  [['--key-file', files.pem, '--url', '127.0.0.1:3001'], 'is not an http address'],
  [['--key-file', join(folder, 'none'), '--url', url], 'none cannot be read'],
  [['--key-file', file('odd', 'confidential'), '--url', url], 'odd: The key for proofs is no private key'],
  [['--key-file', file('cut', '{"d":confidential'), '--url', url], 'cut is no JSON'],
])('refuses %j with the remedy', async (args, message) => {
  const refusal = await dpop(args).catch((error: Error) => error.message);
  expect(refusal).toContain(message);
  expect(refusal).not.toContain('confidential');
});
