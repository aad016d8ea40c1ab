import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SignatureInvalid, VerdictUnavailable } from '../../refuse/index.js';
import { memoryReplayStore } from '../replay/memory.replay-store.js';
import type { ReplayStore } from '../replay/replay-store.js';
import { RequestKey } from './request-key.js';
import { signRequest } from './sign-request.js';
import type { SignatureKey } from './signature-key.js';
import { SignatureKeyRing } from './signature-key-ring.js';
import type { SignedMessage } from './signed-message.js';
import { verifyRequest } from './verify-request.js';

const secret = 'a secret of more than thirty-two bytes';
const ownKeys: readonly SignatureKey[] = [
  { caller: 'order', id: 'k1', secret },
  { caller: 'order', id: 'k1', algorithm: 'ed25519', ...generateKeyPairSync('ed25519') },
  {
    caller: 'order',
    id: 'k1',
    algorithm: 'ecdsa-p256-sha256',
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  },
];
const audit = { caller: 'audit', id: 'k1', secret: 'another secret of enough bytes, too' };
const body = Buffer.from('{"orderId":"1"}');
const request: SignedMessage = {
  method: 'POST',
  authority: '127.0.0.1:3002',
  target: '/payments?dry=0',
  fields: {
    authorization: 'Bearer a.b.c',
    'content-type': 'application/json',
    'idempotency-key': 'o1',
    'request-timeout-ms': '1500',
    'client-address': '192.0.2.7',
  },
};

describe.each(ownKeys.map((key) => ({ key, ready: new RequestKey(key) })))(
  'a request signed by $ready.algorithm',
  ({ key, ready }) => {
    const keys = new SignatureKeyRing([key, audit]);
    const signed = (message: SignedMessage = request, bytes: Buffer = body, signingKey = ready): SignedMessage => {
      const added = Object.entries(signRequest(message, bytes, signingKey));
      return {
        ...message,
        fields: { ...message.fields, ...Object.fromEntries(added.map(([n, v]) => [n.toLowerCase(), v])) },
      };
    };
    let replayStore: ReplayStore;
    const verify = (message: SignedMessage, bytes = body) =>
      verifyRequest(message, bytes, {
        keys,
        replayStore,
        callers: ['order'],
        maxAgeSeconds: 60,
        clockToleranceSeconds: 10,
      });
    const refused = async (message: SignedMessage, reason: string, bytes = body) => {
      const refusal = await verify(message, bytes).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(SignatureInvalid);
      expect((refusal as SignatureInvalid).reason).toBe(reason);
    };

    beforeEach(() => {
      vi.useFakeTimers({ now: performance.timeOrigin + 60_000, toFake: ['Date'] }); // well after the start of the process
      replayStore = memoryReplayStore();
    });

    afterAll(() => vi.useRealTimers());

    const signer = { caller: 'order', keyId: 'order/k1' };

    test('names the service that signed it, and the key', async () => {
      expect(await verify(signed())).toEqual(signer);
    });

    test('may have neither body nor content type nor idempotency key nor time limit', async () => {
      const bare = { ...request, method: 'GET', fields: { authorization: 'Bearer a.b.c' } };
      expect(await verify(signed(bare, Buffer.alloc(0)), Buffer.alloc(0))).toEqual(signer);
    });

    test.each<[string, (message: SignedMessage) => SignedMessage]>([
      ['method', (message) => ({ ...message, method: 'PUT' })],
      ['host', (message) => ({ ...message, authority: 'payment.example' })],
      ['path', (message) => ({ ...message, target: '/refunds?dry=0' })],
      ['query', (message) => ({ ...message, target: '/payments?dry=1' })],
      ['query, dropped', (message) => ({ ...message, target: '/payments' })],
      ['token', (message) => withField(message, 'authorization', 'Bearer d.e.f')],
      ['idempotency key', (message) => withField(message, 'idempotency-key', 'o2')],
      ['content type', (message) => withField(message, 'content-type', 'text/plain')],
      ['time limit', (message) => withField(message, 'request-timeout-ms', '999999')],
      ['client address', (message) => withField(message, 'client-address', '192.0.2.8')],
      ['time', (message) => withField(message, 'signature-input', (value) => value.replace(/created=\d/, 'created=2'))],
      ['nonce', (message) => withField(message, 'signature-input', (value) => value.replace(/nonce="./, 'nonce="_'))],
    ])('is refused after its %s was changed', async (_, change) => {
      const changed = change(signed());
      await expect(verify(changed)).rejects.toBeInstanceOf(SignatureInvalid);
    });

    test('is refused with another body, or with none', async () => {
      await refused(signed(), 'signature.digest', Buffer.from('{"orderId":"2"}'));
      await refused(signed(), 'signature.digest', Buffer.alloc(0));
    });

    test('is refused where the digest was changed along with the body', async () => {
      const other = Buffer.from('{"orderId":"2"}');
      const digest = signed(request, other).fields['content-digest'] ?? '';
      await refused(withField(signed(), 'content-digest', digest), 'signature.mismatch', other);
    });

    test.each<[string, (input: string) => string]>([
      ['a dropped component', (input) => input.replace(' "authorization"', '')],
      ['a field not covered that it carries', (input) => input.replace(' "request-timeout-ms"', '')],
      ['a client address not covered that it carries', (input) => input.replace(' "client-address"', '')],
      ['a repeated component', (input) => input.replace('"authorization"', '"authorization" "authorization"')],
      ['components in another order', (input) => input.replace('"@method" "@authority"', '"@authority" "@method"')],
      ['a component with a parameter', (input) => input.replace('"@method"', '"@method";req')],
    ])('is refused with %s', async (_, change) => {
      await refused(withField(signed(), 'signature-input', change), 'signature.coverage');
    });

    test('is refused where a covered field was removed or an uncovered one added', async () => {
      for (const name of ['idempotency-key', 'request-timeout-ms', 'client-address']) {
        const { [name]: _, ...fewer } = signed().fields;
        await refused({ ...request, fields: fewer }, 'signature.coverage');
        const { [name]: __, ...without } = request.fields;
        await refused(withField(signed({ ...request, fields: without }), name, '9'), 'signature.coverage');
      }
    });

    test('is refused with a second time limit beside the one that was signed', async () => {
      await refused(
        withField(signed(), 'request-timeout-ms', (value) => `${value}, 9`),
        'signature.mismatch',
      );
    });

    test('is asked for without a time limit and a client address, which programs that send none need not cover', async () => {
      const refusal = await verify(request).catch((error: unknown) => error);
      expect((refusal as SignatureInvalid).terms.headers).toEqual({
        'Accept-Signature': `waybill=("@method" "@authority" "@path" "@query" "content-digest" "authorization" "content-type" "idempotency-key");created;nonce;keyid;alg="${ready.algorithm}"`,
      });
    });

    test.each([';expires=1', ';tag="other"'])(
      'is refused with the parameter %s, which is not checked here',
      async (parameter) => {
        await refused(
          withField(signed(), 'signature-input', (value) => value + parameter),
          'signature.parameters',
        );
      },
    );

    test('is refused where its body was not kept', async () => {
      await expect(
        verifyRequest(signed(), undefined, {
          keys,
          replayStore,
          callers: ['order'],
          maxAgeSeconds: 60,
          clockToleranceSeconds: 10,
        }),
      ).rejects.toMatchObject({ reason: 'signature.body_not_kept' });
    });

    test('may come from ten seconds ahead only where the replay store outlives a restart', async () => {
      const now = Date.now();
      vi.setSystemTime(now + 9_000);
      const ahead = signed();
      vi.setSystemTime(now);
      await refused(ahead, 'signature.in_the_future');
      replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };
      expect(await verify(ahead)).toEqual(signer);
    });

    test('is refused without a signature, or with one of another length or form', async () => {
      await refused(request, 'signature.absent');
      await refused(withField(signed(), 'signature', 'waybill=:AAAA:'), 'signature.mismatch');
      await refused(withField(signed(), 'signature', 'waybill=AAAA'), 'signature.malformed');
      await refused(
        withField(signed(), 'signature', (value) => `${value}, ${value}`),
        'signature.malformed',
      );
      await refused(withField(signed(), 'signature-input', 'waybill=('), 'signature.malformed');
      await refused(
        withField(signed(), 'signature-input', (value) => `${value}, other=("@method")`),
        'signature.malformed',
      );
      await refused(
        withField(signed(), 'signature', (value) => `${value}, other=:AAAA:`),
        'signature.malformed',
      );
    });

    test.each(['', 'short', 'n'.repeat(129)])('is refused with the nonce %j', async (nonce) => {
      const change = (value: string) => value.replace(/nonce="[^"]*"/, `nonce="${nonce}"`);
      await refused(withField(signed(), 'signature-input', change), 'signature.nonce');
    });

    test('is refused under another algorithm than the key has', async () => {
      const algorithms = ['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512'];
      for (const other of algorithms.filter((algorithm) => algorithm !== ready.algorithm))
        await refused(
          withField(signed(), 'signature-input', (v) => v.replace(ready.algorithm, other)),
          'signature.algorithm',
        );
    });

    test('is refused under an unknown key, another key of that id, or a key of a caller that the route does not allow', async () => {
      await refused(
        signed(request, body, new RequestKey({ caller: 'order', id: 'k2', secret })),
        'signature.key_unknown',
      );
      const other = new RequestKey({ caller: 'order', id: 'k1', secret: `${secret}!` });
      const unnamed = withField(signed(request, body, other), 'signature-input', (v) =>
        v.replace('hmac-sha256', ready.algorithm),
      );
      await refused(unnamed, 'signature.mismatch');
      await refused(signed(request, body, new RequestKey(audit)), 'signature.caller_not_allowed');
    });

    test('is good for 60 seconds', async () => {
      const now = Date.now();
      const [young, old] = [signed(), signed()];
      vi.setSystemTime(now + 60_000);
      expect(await verify(young)).toEqual(signer);
      vi.setSystemTime(now + 62_000);
      await refused(old, 'signature.too_old');
    });

    test('is refused where it comes from the future, or from before the process started', async () => {
      const now = Date.now();
      vi.setSystemTime(now + 12_000);
      const future = signed();
      vi.setSystemTime(performance.timeOrigin - 1000);
      const past = signed();
      vi.setSystemTime(now);
      await refused(future, 'signature.in_the_future');
      vi.setSystemTime(performance.timeOrigin + 10_000);
      await refused(past, 'signature.before_start');
    });

    test('passes once, also in parallel, and a refused one uses nothing up', async () => {
      const message = signed();
      await refused(message, 'signature.digest', Buffer.from('{}'));
      const outcomes = await Promise.allSettled(Array.from({ length: 64 }, () => verify(message)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('cannot be judged while the replay store is away', async () => {
      replayStore = { forgetsOnRestart: false, record: () => Promise.reject(new Error('away')) };
      await expect(verify(signed())).rejects.toBeInstanceOf(VerdictUnavailable);
    });
  },
);

function withField(message: SignedMessage, name: string, value: string | ((old: string) => string)): SignedMessage {
  const changed = typeof value === 'string' ? value : value(message.fields[name] ?? '');
  return { ...message, fields: { ...message.fields, [name]: changed } };
}
