import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { postgresAnswers, redisAnswers } from './libs/database/src/testing/test-services.js';

/**
 * Finds the services that tests may use, once for a run. Without one, its tests are left out; CI leaves nothing out.
 * @returns what tidies up after the run
 */
export default async function provideServices(project: TestProject): Promise<() => void> {
  const postgresUrl = process.env.TEST_POSTGRES_URL || 'postgres://postgres@127.0.0.1:5432/postgres';
  const redisUrl = process.env.TEST_REDIS_URL || 'redis://127.0.0.1:6379';
  const [postgres, redis] = await Promise.all([postgresAnswers(postgresUrl), redisAnswers(redisUrl)]);
  reportMissing([
    ...(postgres ? [] : ['PostgreSQL (TEST_POSTGRES_URL)']),
    ...(redis ? [] : ['Redis (TEST_REDIS_URL)']),
  ]);

  const embeddedTemplate = mkdtempSync(join(tmpdir(), 'waybill-template-'));
  project.provide('postgresUrl', postgres ? postgresUrl : null);
  project.provide('redisUrl', redis ? redisUrl : null);
  project.provide('embeddedTemplate', embeddedTemplate);
  return () => rmSync(embeddedTemplate, { recursive: true, force: true });
}

function reportMissing(missing: string[]): void {
  if (missing.length === 0) return;
  const line = `No answer from ${missing.join(' and ')}: start it, or its tests are left out.`;
  if (process.env.CI) throw new Error(line);
  process.stderr.write(`${line}\n`);
}
