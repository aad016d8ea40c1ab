import { randomUUID } from 'node:crypto';
import { isUniqueViolation } from '@waybill/database';
import { addAccount } from './accounts/accounts.js';
import { CommandError, readAddition, run, withDatabase } from './commands/command.js';
import { readHiddenLine } from './commands/read-line.js';

const help = `Adds an account that can sign in.

  account.js add NAME --scopes "order.read order.write"

The password is the first line of standard input: 12 characters or more, 1024 bytes at most.
The database is the one that the environment configures for the auth service; with the embedded
database, stop the service first. Prints the account's "sub". --scopes "" grants nothing.
`;

await run(async () => {
  const addition = readAddition(process.argv.slice(2));
  if (!addition) return void process.stdout.write(help);
  const { name, scopes } = addition;
  const password = await readHiddenLine(`Password for ${name}: `);
  if ([...password].length < 12 || Buffer.byteLength(password) > 1024) {
    throw new CommandError('The password must have 12 characters or more, and 1024 bytes at most.');
  }
  const sub = randomUUID();
  await withDatabase((db) =>
    db
      .transaction((tx) => addAccount(tx, { sub, username: name, password, scopes, demo: false }))
      .catch((error) => {
        throw isUniqueViolation(error) ? new CommandError(`There is an account "${name}" already.`) : error;
      }),
  );
  process.stdout.write(`${sub}\n`);
});
