import { ConsoleLogger, type INestApplication } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DecisionEvent } from '../../observe/index.js';
import { createTestIssuer, type TestClaims, type TestIssuer } from '../../testing/index.js';
import { adapters, exchange, startGuarded } from '../guarded-service.fixture.js';

const audience = 'order.service';
const forged = '{"level":"fatal","msg":"forged"}';
const hostile = [
  ['a line feed', `alice\n${forged}`],
  ['a carriage return', `alice\r\n${forged}`],
  ['an ANSI sequence', '\u001b[2J\u001b]0;owned\u0007alice'],
  ['eight-bit controls', `\u009b2Jalice\u0085${forged}`],
  ['a Unicode line end', `alice\u2028${forged}\u2029${forged}`],
  ['text that runs backwards', 'alice\u202egnp.exe'],
  ['half a character', 'alice\ud800'],
] as const;
/** Each byte of a log but the line feed at its end must be harmless. */
const harmless = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*\n$/u;

const styles = { text: { colors: false }, JSON: { json: true, colors: false } } as const;

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('the log on %s', (adapter) => {
  describe.each(Object.keys(styles) as (keyof typeof styles)[])('as %s', (style) => {
    let issuer: TestIssuer;
    let app: INestApplication;
    let url: string;
    let lines: string[];
    let decisions: DecisionEvent[];

    beforeEach(async () => {
      lines = [];
      decisions = [];
      for (const stream of [process.stdout, process.stderr])
        vi.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);
      issuer = await createTestIssuer();
      ({ app, url } = await startGuarded(
        adapter,
        { issuers: [{ issuer: issuer.url, audience }], onDecision: (event) => decisions.push(event) },
        undefined,
        { logger: new ConsoleLogger(styles[style]) },
      ));
      await exchange(`${url}/whoami`, ['authorization', `Bearer ${issuer.token({ audience })}`]);
      lines.length = 0;
    });

    afterEach(async () => {
      vi.restoreAllMocks();
      await app.close();
      await issuer.close();
    });

    const ask = (path: string, claims: TestClaims, ...fields: string[]) =>
      exchange(url + path, ['authorization', `Bearer ${issuer.token({ audience, ...claims })}`, ...fields]);

    test.each(hostile)('is one line for a refused subject with %s', async (_, subject) => {
      expect((await ask('/orders', { subject })).status).toBeOneOf([401, 403]);
      expect(lines).toEqual([expect.stringMatching(harmless)]);
    });

    test('shows a subject so that it is harmless, and a listener gets it as it is', async () => {
      await ask('/orders', { subject: 'alice\u2028bob' });
      expect(lines).toEqual([expect.stringContaining('u2028bob')]);
      expect(decisions).toEqual([expect.objectContaining({ subject: 'alice\u2028bob' })]);
    });

    test.each(hostile)('is one line for a key id with %s', async (_, kid) => {
      expect((await ask('/orders', { header: { kid } })).status).toBe(401);
      expect(lines).toEqual([expect.stringMatching(harmless)]);
    });

    test.each(hostile)('is one line for a scope and an issuer with %s', async (_, text) => {
      expect((await ask('/orders', { scopes: [text] })).status).toBeOneOf([401, 403]);
      expect((await ask('/orders', { claims: { iss: text } })).status).toBe(401);
      expect(lines).toEqual([expect.stringMatching(harmless), expect.stringMatching(harmless)]);
    });

    test('is one line for a path and a User-Agent with eight-bit controls', async () => {
      await ask('/orders/\u009b2J', {}, 'user-agent', '\u009b2J\u0085forged').catch((error: Error) => error);
      await ask('/orders', {}, 'user-agent', '\u009b2J\u0085forged');
      for (const line of lines) expect(line).toMatch(harmless);
      expect(lines.length).toBeGreaterThan(0);
    });

    test.each(hostile)('is one line for a published key whose id has %s', async (_, kid) => {
      const news = await createTestIssuer();
      news.answerKeySetWith((_request, response) =>
        response.end(JSON.stringify({ keys: news.keySet.keys.map((key) => ({ ...key, kid })) })),
      );
      const issuers = [{ issuer: news.url, audience }];
      const other = await startGuarded(adapter, { issuers }, undefined, { logger: new ConsoleLogger(styles[style]) });
      await exchange(`${other.url}/whoami`, ['authorization', `Bearer ${news.token({ audience, header: { kid } })}`]);
      const told = lines.filter((line) => line.includes('verification keys'));
      expect(told).toEqual([expect.stringMatching(harmless)]);
      await other.app.close();
      await news.close();
    });
  });
});
