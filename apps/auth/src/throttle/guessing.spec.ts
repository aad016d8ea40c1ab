import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { demoPassword } from '@waybill/contracts';
import { type TestDatabase, type TestDatabaseKind, testDatabases, Wire } from '@waybill/database/testing';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { addAccount } from '../accounts/accounts.js';
import { addClient } from '../clients/clients.js';
import { auditEntries, knownAddresses } from '../schema.js';
import { type Answer, basic, login, type RunningAuth, startAuth, token } from '../testing/auth-service.js';

const password = 'a-long-password';
const wrong = 'not-the-password';
const redisUrl = inject('redisUrl');

/** The tests say where they call from as a proxy on this machine would; replicas have the issuer in common. */
const behindProxy = { TRUSTED_PROXIES: '127.0.0.1', AUTH_ISSUER: 'https://auth.example.com' };

/** An address that nobody has called from: unless a test is about it, no budget of an address is used up. */
let places = 0;
const place = () => `203.0.${(places >> 8) & 255}.${places++ & 255}`;

const at = <T>(times: number, make: (index: number) => T): T[] =>
  Array.from({ length: times }, (_, index) => make(index));

const tell = (answers: Answer[]) => ({
  refused: answers.filter(({ status }) => status === 401).length,
  throttled: answers.filter(({ status }) => status === 429).length,
});

function signInFrom(auth: RunningAuth, address: string, username: string, typed = password): Promise<Answer> {
  return login(auth, { username, password: typed }, { 'X-Forwarded-For': address });
}

/** Guesses a password so many times, one after the other. */
async function guess(auth: RunningAuth, username: string, times: number, address = place()): Promise<number[]> {
  const statuses: number[] = [];
  for (let made = 0; made < times; made += 1) {
    statuses.push((await signInFrom(auth, address, username, wrong)).status);
  }
  return statuses;
}

/** Guesses a password until that is answered 429; a wait that has begun lasts longer than a few requests. */
async function exhaust(auth: RunningAuth, username: string): Promise<void> {
  for (const _ of at(20, () => 0)) if ((await guess(auth, username, 1))[0] === 429) return;
  throw new Error('nothing was throttled');
}

/** Makes 64 guesses at the same time; answers how they went, and how many more the time that it took has allowed. */
async function guessAtOnce(one: (index: number) => Promise<Answer>) {
  const began = performance.now();
  const told = tell(await Promise.all(at(64, one)));
  return { ...told, extra: Math.floor(Math.log2(1 + (performance.now() - began) / 5_000)) };
}

/** No more were checked than the limit, and those that the growing delays have let in. */
function expectLimit(limit: number, { refused, throttled, extra }: Awaited<ReturnType<typeof guessAtOnce>>): void {
  expect(refused + throttled).toBe(64);
  expect(refused).toBeGreaterThanOrEqual(limit);
  expect(refused).toBeLessThanOrEqual(limit + extra);
}

async function addPerson({ db }: RunningAuth): Promise<string> {
  const name = `person-${randomBytes(4).toString('hex')}`;
  await db.transaction((tx) => addAccount(tx, { sub: name, username: name, password, scopes: [], demo: false }));
  return name;
}

describe.each(testDatabases())('guessing on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database, behindProxy);
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  test('a password is answered 429 after the 10th failure, however the name is spelled, with the time to wait', async () => {
    const person = await addPerson(auth);
    expect(await guess(auth, person, 10)).toEqual(at(10, () => 401));
    const { status, headers, body } = await signInFrom(auth, place(), ` ${person.toUpperCase()}`, wrong);
    expect([status, headers.get('Retry-After')]).toEqual([429, expect.stringMatching(/^[1-5]$/)]);
    expect(headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(body).toMatchObject({ status: 429, code: 'too_many_attempts', error: 'temporarily_unavailable' });
    await sleep(Number(headers.get('Retry-After')) * 1_000);
    expect(await guess(auth, person, 1)).toEqual([401]);
    const later = await signInFrom(auth, place(), person, wrong);
    expect(Number(later.headers.get('Retry-After'))).toBeGreaterThan(5);
    expect((await signInFrom(auth, place(), await addPerson(auth))).status).toBe(200);
  });

  test('the owner gets in from where he signed in before, and only from there', async () => {
    const [person, home, elsewhere] = [await addPerson(auth), place(), place()];
    expect((await signInFrom(auth, home, person)).status).toBe(200);
    await exhaust(auth, person);
    expect((await signInFrom(auth, elsewhere, person)).status).toBe(429);
    expect((await signInFrom(auth, home, person)).status).toBe(200);
    await exhaust(auth, person);
    expect((await signInFrom(auth, home, person, wrong)).status).toBe(429);
    await exhaust(auth, person);
    await auth.db.update(knownAddresses).set({ seenAt: sql`now() - interval '31 days'` });
    expect((await signInFrom(auth, home, person)).status).toBe(429);
  });

  test('a success gives a guesser nothing back', async () => {
    const [person, mine, here] = [await addPerson(auth), await addPerson(auth), place()];
    await guess(auth, person, 9, here);
    expect((await signInFrom(auth, here, mine)).status).toBe(200);
    expect((await signInFrom(auth, place(), person)).status).toBe(200);
    expect(await guess(auth, person, 2, here)).toEqual([401, 429]);
  });

  test('a restart does not forget where people are at home, and IPv6 is told by its network', async () => {
    const person = await addPerson(auth);
    await signInFrom(auth, '2001:db8:1:2::1', person);
    await auth.close();
    auth = await startAuth(database, behindProxy);
    await exhaust(auth, person);
    expect((await signInFrom(auth, '2001:db8:1:2::2', person)).status).toBe(200);
    expect((await signInFrom(auth, '2001:db8:1:3::2', person)).status).toBe(429);
  });

  test('at the same time gets no further than one after the other', async () => {
    const person = await addPerson(auth);
    expectLimit(10, await guessAtOnce(() => signInFrom(auth, place(), person, wrong)));
  });

  test('who knows the password is not taken for a guesser, however many come at the same time', async () => {
    const [person, home] = [await addPerson(auth), place()];
    const answers = await Promise.all(at(64, () => signInFrom(auth, home, person)));
    expect(answers.map(({ status }) => status)).toEqual(at(64, () => 200));
  });

  test('from one address has the limit of 50, whatever the names, and then right passwords wait as well', async () => {
    const [person, here, away] = [await addPerson(auth), place(), place()];
    await signInFrom(auth, here, person);
    expectLimit(50, await guessAtOnce((index) => signInFrom(auth, here, `name-${index}`, wrong)));
    const { status, headers } = await signInFrom(auth, here, person);
    expect([status, Number(headers.get('Retry-After')) >= 1]).toEqual([429, true]);
    expect((await signInFrom(auth, away, person)).status).toBe(200);
  });

  test('an unknown name is throttled as a known one, in the same words', async () => {
    const [person, home] = [await addPerson(auth), place()];
    await signInFrom(auth, home, person);
    const series = async (username: string) => {
      const answers: unknown[] = [];
      for (let made = 0; made < 11; made += 1) {
        const { status, body } = await signInFrom(auth, home, username, wrong);
        answers.push({ status, body });
      }
      return answers;
    };
    expect(await series(`nobody-${person}`)).toEqual(await series(person));
  });

  test('is on record once an episode, with whose name it was and from where, and never what was typed', async () => {
    const [person, here] = [await addPerson(auth), place()];
    const entries = async () => {
      const ofNow = sql`${auditEntries.after}->>'address' = ${here}`;
      return auth.db.select().from(auditEntries).where(ofNow).orderBy(auditEntries.id);
    };
    await guess(auth, person, 12, here);
    await guess(auth, `${person}-the-password`, 12, here);
    expect(await entries()).toMatchObject([
      { action: 'sign-in-throttled', subject: person, after: { throttled: 'account', address: here } },
      { action: 'sign-in-throttled', subject: null, after: { throttled: 'account', address: here } },
    ]);
    expect(JSON.stringify(await entries())).not.toContain('the-password');
    await Promise.all(at(40, (index) => signInFrom(auth, here, `${person}-${index}`, wrong)));
    expect((await entries()).slice(2)).toMatchObject([
      {
        action: 'sign-in-throttled',
        subject: null,
        actorSubject: null,
        after: { throttled: 'address', address: here },
      },
    ]);
  });

  test('neither names nor addresses are stored', async () => {
    const [person, home] = [await addPerson(auth), place()];
    await signInFrom(auth, home, person);
    await signInFrom(auth, home, person);
    expect(await auth.db.select().from(knownAddresses).where(eq(knownAddresses.sub, person))).toEqual([
      { sub: person, hash: expect.stringMatching(/^[\w-]{43}$/), seenAt: expect.any(Date) },
    ]);
  });

  test('the latest 20 addresses are remembered', async () => {
    const [person, homes] = [await addPerson(auth), at(22, place)];
    for (const home of homes) expect((await signInFrom(auth, home, person)).status).toBe(200);
    await exhaust(auth, person);
    const again = async (index: number) => (await signInFrom(auth, homes[index] ?? '', person)).status;
    expect([await again(1), await again(2), await again(21)]).toEqual([429, 200, 200]);
  });

  test('a client secret is guessed 50 times from one address at most, and nobody keeps the client out elsewhere', async () => {
    const [clientId, thief, elsewhere] = [`client-${randomBytes(4).toString('hex')}`, place(), place()];
    await auth.db.transaction((tx) =>
      addClient(tx, { clientId, secret: password, scopes: ['order.read'], demo: false }),
    );
    const ask = (secret: string, address: string) => {
      const headers = { ...basic(clientId, secret), 'X-Forwarded-For': address };
      return token(auth, { grant_type: 'client_credentials' }, headers);
    };
    for (const _ of at(50, () => 0)) expect((await ask(wrong, thief)).status).toBe(401);
    const { status, headers, body } = await ask(password, thief);
    expect([status, headers.get('Cache-Control')]).toEqual([429, 'no-store']);
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(body).toEqual({ error: 'temporarily_unavailable', error_description: expect.any(String) });
    for (const _ of at(20, () => 0)) expect((await ask(wrong, place())).status).toBe(401);
    expect((await ask(password, elsewhere)).status).toBe(200);
    expect(await guess(auth, clientId, 1)).toEqual([401]);
  });

  test('passwords stops no client of the same address, and guessing secrets nobody who signs in there', async () => {
    const [person, here] = [await addPerson(auth), place()];
    const ask = (secret: string) =>
      token(auth, { grant_type: 'client_credentials' }, { ...basic('demo-service', secret), 'X-Forwarded-For': here });
    for (const index of at(50, (n) => n)) await signInFrom(auth, here, `name-${index}-${person}`, wrong);
    expect((await signInFrom(auth, here, person)).status).toBe(429);
    const answers = await Promise.all(at(32, () => ask(demoPassword)));
    expect(answers.map(({ status }) => status)).toEqual(at(32, () => 200));
    const there = place();
    for (const _ of at(50, () => 0))
      await token(auth, { grant_type: 'client_credentials' }, { ...basic('nobody', wrong), 'X-Forwarded-For': there });
    expect((await signInFrom(auth, there, person)).status).toBe(200);
  });
});

test('X-Forwarded-For of who is no trusted proxy changes nothing', async () => {
  const { auth } = await started({});
  expectLimit(50, await guessAtOnce((index) => signInFrom(auth, place(), `name-${index}`, wrong)));
});

test('what a client puts before the address that the trusted proxy adds changes nothing', async () => {
  const { auth } = await started(behindProxy);
  const here = place();
  expectLimit(50, await guessAtOnce((index) => signInFrom(auth, `${place()}, ${here}`, `liar-${index}`, wrong)));
});

describe.skipIf(redisUrl === null)('guessing, with Redis', () => {
  test.runIf(lastKind().kind === 'postgres')('replicas count together', async () => {
    const shared = { ...behindProxy, REDIS_URL: redisUrl ?? '' };
    const { auth, database } = await started(shared);
    const other = await startAuth(database, shared);
    onTestFinished(() => other.close());
    await Promise.all([auth, other].map(connected));
    const person = await addPerson(auth);
    expectLimit(10, await guessAtOnce((index) => signInFrom(index % 2 === 0 ? auth : other, place(), person, wrong)));
  });

  test('that goes away, each replica goes on with what it has seen, says so once, and signs people in', async () => {
    const lines: string[] = [];
    const wire = new Wire(new URL(redisUrl ?? ''));
    const { auth } = await started({ ...behindProxy, REDIS_URL: await wire.open() });
    await connected(auth);
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation((line) => void lines.push(line));
    onTestFinished(() => warn.mockRestore());
    const person = await addPerson(auth);
    await guess(auth, person, 5);
    wire.cut();
    expect(await guess(auth, person, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await signInFrom(auth, place(), await addPerson(auth))).status).toBe(200);
    expect(lines.filter((line) => /counted by each replica alone/.test(line))).toHaveLength(1);
  });

  test('that is not there at boot holds up nothing', async () => {
    const { auth } = await started({ ...behindProxy, REDIS_URL: 'redis://127.0.0.1:1' });
    const person = await addPerson(auth);
    expect((await signInFrom(auth, place(), person)).status).toBe(200);
    expect(await guess(auth, person, 11)).toEqual([...at(10, () => 401), 429]);
  });

  /** The connection to Redis stands a moment after the start. */
  async function connected(auth: RunningAuth): Promise<void> {
    await signInFrom(auth, place(), 'nobody', wrong);
    await sleep(200);
  }
});

async function started(variables: NodeJS.ProcessEnv) {
  const database = await lastKind().create();
  const auth = await startAuth(database, variables);
  onTestFinished(async () => {
    await auth.close();
    await database.drop();
  });
  return { auth, database };
}

/** PostgreSQL where there is one, for it starts sooner. */
function lastKind(): TestDatabaseKind {
  const kind = testDatabases().at(-1);
  if (!kind) throw new Error('The embedded database is always there.');
  return kind;
}
