import { connect } from 'node:net';
import pg from 'pg';

const patienceMs = 3_000;

/** Whether a PostgreSQL server answers at a URL and lets its user in. */
export async function postgresAnswers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patienceMs });
  return client
    .connect()
    .then(() => client.end())
    .then(
      () => true,
      () => false,
    );
}

/** Whether a Redis server answers at a URL. */
export function redisAnswers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: patienceMs });
    const answer = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    // A server that wants a password says -NOAUTH: it is there all the same.
    socket.once('data', (data) => answer(/^[+-]/.test(data.toString('latin1'))));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}
