import { randomBytes } from 'node:crypto';
import { isUniqueViolation } from '@waybill/database';
import { addClient } from './clients/clients.js';
import { CommandError, readAddition, run, withDatabase } from './commands/command.js';

const help = `Adds a confidential client that can get tokens of its own.

  client.js add NAME --scopes "order.read"

The database is the one that the environment configures for the auth service; with the embedded
database, stop the service first. Prints the client's new secret, which is stored as a hash only:
nobody can show it again.
`;

await run(async () => {
  const addition = readAddition(process.argv.slice(2));
  if (!addition) return void process.stdout.write(help);
  const { name, scopes } = addition;
  const secret = randomBytes(32).toString('base64url');
  await withDatabase((db) =>
    db
      .transaction((tx) => addClient(tx, { clientId: name, secret, scopes, demo: false }))
      .catch((error) => {
        throw isUniqueViolation(error)
          ? new CommandError(`"${name}" is the name of a client or an account already.`)
          : error;
      }),
  );
  process.stdout.write(`${secret}\n`);
});
