import { JwtService } from '@nestjs/jwt';
import { type OpenDatabase, openDatabase } from '@waybill/database';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authConfig } from '../config.js';
import { type AuthTransaction, databaseOptions } from '../database.js';
import * as schema from '../schema.js';
import { Keyring } from '../signing-keys/keyring.js';
import { decode } from '../testing/auth-service.js';
import { EventSigner } from './event-signer.js';
import { LogTail } from './log-tail.js';
import type { SecurityChange } from './security-change.js';
import { SecurityEventLog } from './security-event-log.js';

describe.each(testDatabases())('the log on $kind', ({ create }) => {
  let place: TestDatabase;
  let database: OpenDatabase<typeof schema>;
  let log: SecurityEventLog;
  let tail: LogTail;

  beforeAll(async () => {
    place = await create();
    const config = authConfig({
      WAYBILL_DATA_DIR: place.folder,
      AUTH_DATABASE_URL: place.url ?? '',
      TOKEN_TTL_SECONDS: '300',
    });
    database = await openDatabase(databaseOptions(config));
    const keyring = new Keyring(config, database.db, 'security-event');
    await keyring.unlock();
    keyring.onModuleDestroy();
    tail = new LogTail(database.db);
    log = new SecurityEventLog(config, database.db, new EventSigner(keyring, new JwtService()), tail);
    await log.begin();
    await log.begin();
  });

  afterAll(async () => {
    await tail.onApplicationShutdown();
    await database.close();
    await place.drop();
  });

  const append = (change: SecurityChange) => database.db.transaction((tx) => log.append(tx, change));
  const stored = () => database.db.select().from(schema.securityEvents).orderBy(schema.securityEvents.seq);
  const last = async () => {
    const event = (await stored()).at(-1);
    if (!event) throw new Error('nothing was appended');
    return { ...event, ...decode(event.set) };
  };
  const now = () => Math.floor(Date.now() / 1000);
  const signOut = (...sids: string[]): SecurityChange => ({
    kind: 'session-revoked',
    sub: 'alice',
    sids,
    reason: 'sign-out',
  });

  const oauth = 'https://schemas.openid.net/secevent/oauth/event-type';
  const caep = 'https://schemas.openid.net/secevent/caep/event-type';
  const alice = { format: 'iss_sub', iss: 'http://127.0.0.1:3000', sub: 'alice' };

  test.each<[string, SecurityChange, string, object, object, unknown[]]>([
    [
      'a revoked token',
      { kind: 'token-revoked', sub: 'alice', jti: 't-1', clientId: 'shop', expiresAt: new Date(4_000_000_000_500) },
      `${oauth}/token-revoked`,
      { token_identifier_alg: 'jti', token: 't-1', client_id: 'shop' },
      alice,
      [['t', 't-1', 4_000_000_061]],
    ],
    [
      'a sign-out',
      signOut('s-1', 's-2'),
      `${caep}/session-revoked`,
      { sids: ['s-1', 's-2'], initiating_entity: 'user', reason_admin: { en: 'sign-out' } },
      alice,
      [
        ['s', 's-1', expect.any(Number)],
        ['s', 's-2', expect.any(Number)],
      ],
    ],
    [
      'a withdrawn permission',
      { kind: 'scopes-withdrawn', sub: 'alice', sids: ['s-1'], scopes: ['order.write'] },
      `${caep}/token-claims-change`,
      { sids: ['s-1'], claims: { withdrawn_scopes: ['order.write'] } },
      alice,
      [['c', 's-1', ['order.write'], expect.any(Number)]],
    ],
    [
      'a new password',
      { kind: 'credential-change', sub: 'alice', sids: ['s-1'], credential: 'password' },
      `${caep}/credential-change`,
      { sids: ['s-1'], credential_type: 'password', change_type: 'update' },
      alice,
      [['s', 's-1', expect.any(Number)]],
    ],
    [
      'a withdrawn key',
      { kind: 'key-withdrawn', kid: 'k-1' },
      'urn:waybill:security-event:key-withdrawn',
      { kid: 'k-1' },
      { format: 'opaque', id: 'k-1' },
      [['k', 'k-1', expect.any(Number)]],
    ],
  ])('holds %s as a Security Event Token (RFC 8417)', async (_, change, type, details, subject, entries) => {
    const before = now();
    const seq = await append(change);
    const { claims, header, ...event } = await last();
    const [position] = await database.db.select().from(schema.securityEventLog);
    const { until, iat } = claims as { until: number; iat: number };
    expect(header).toEqual({ typ: 'secevent+jwt', alg: 'ES256', kid: expect.any(String) });
    expect(claims).toEqual({
      iss: 'http://127.0.0.1:3000',
      aud: 'urn:waybill:security-events',
      iat,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sub_id: subject,
      log: position?.id,
      seq,
      until,
      events: { [type]: { ...details, event_timestamp: iat } },
    });
    expect(iat).toBeGreaterThanOrEqual(before);
    expect(event.entries).toEqual(entries);
    expect(event.expiresAt).toEqual(new Date(until * 1000));
    if (change.kind !== 'token-revoked') expect(until - iat).toBeOneOf([960, 961]); // a token issued before may have the longest life
  });

  test('gives positions in order, and gives back that of a change that is rolled back', async () => {
    const first = await append(signOut('s-3'));
    const failing = database.db.transaction(async (tx: AuthTransaction) => {
      expect(await log.append(tx, signOut('s-4'))).toBe(first + 1);
      throw new Error('the change fails');
    });
    await expect(failing).rejects.toThrow('the change fails');
    expect(await append(signOut('s-5'))).toBe(first + 1);
    expect((await last()).entries).toEqual([['s', 's-5', expect.any(Number)]]);
  });

  test('splits a change that names more sessions than one event holds, and keeps each session once', async () => {
    const sids = Array.from({ length: 1_201 }, (_, n) => `many-${n}`);
    const before = await append(signOut('s-6'));
    expect(await append(signOut(...sids))).toBe(before + 3);
    const parts = (await stored()).filter(({ seq }) => seq > before);
    expect(parts.map(({ entries }) => entries.length)).toEqual([500, 500, 201]);
    expect(parts.flatMap(({ entries }) => entries.map(([, sid]) => sid))).toEqual(sids);
    expect(parts.map(({ set }) => decode(set).claims.seq)).toEqual([before + 1, before + 2, before + 3]);
  });
});
