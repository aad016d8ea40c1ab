import { Logger } from '@nestjs/common';
import pg from 'pg';
import { databaseReason } from '../failure/causes.js';

/** More connections give nothing on two cores, and a server has about a hundred for everybody. */
const connections = 8;

/** How long a request waits for a connection before it is answered 503. */
const connectionTimeoutMillis = 3_000;
/** The server's limit for one statement. */
const statementTimeoutMillis = 5_000;
/** Ours, for a server that no longer answers at all. */
const queryTimeoutMillis = 6_000;
/** The server ends a transaction whose process went silent, and frees its locks. */
const idleInTransactionTimeoutMillis = 10_000;

/** A pool that outlives its server: lost connections are said once, and made anew when the server is back. */
export function createPool(name: string, url: string, max = connections): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis,
    statement_timeout: statementTimeoutMillis,
    query_timeout: queryTimeoutMillis,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMillis,
    keepAlive: true,
    application_name: `waybill-${name}`,
  });
  reportLosses(name, pool);
  return pool;
}

function reportLosses(name: string, pool: pg.Pool): void {
  const logger = new Logger('Database');
  let lost = false;
  const onLoss = (error: Error) => {
    if (!lost) logger.warn(`${name}: a connection to PostgreSQL was lost (${databaseReason(error)}); reconnecting`);
    lost = true;
  };
  pool.on('error', onLoss);
  pool.on('connect', (client) => {
    // The pool listens to idle clients only: a loss inside a transaction would end the process.
    client.on('error', onLoss);
    if (lost) logger.log(`${name}: PostgreSQL is back`);
    lost = false;
  });
}
