/**
 * Writes the secrets of the stack, each into the volume of a service that needs it. A random value has one home and is
 * kept there once it exists; what is made of it (a URL, a line of configuration, a copy) is written anew each time.
 *
 * A volume is mounted into its own service only. That, not a file's mode, keeps a secret to those who need it, so that
 * nothing here depends on the user ids of other images.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const volumes = '/secrets';

keep('postgres/password', password);
for (const service of ['auth', 'order', 'payment']) {
  const rolePassword = keep(`postgres/${service}-password`, password);
  write(`${service}/database-url`, `postgres://${service}:${rolePassword}@postgres:5432/${service}`);
}

const redisPassword = keep('redis/password', password);
write('redis/password.conf', `requirepass ${redisPassword}`);
for (const service of ['auth', 'order', 'payment']) {
  write(`${service}/redis-url`, `redis://:${redisPassword}@redis:6379`);
}

const signatureKeys = keep('order/signature-keys', () => `order/${id()}:ed25519-private:${signingKey()}`);
write('payment/signature-keys', signatureKeys.split(',').map(publicHalf).join());

const clientSecrets = ['order', 'payment'].map((client) => `${client}:${keep(`${client}/client-secret`, password)}`);
write('auth/service-client-secrets', clientSecrets.join());

keep('auth/key-encryption-keys', () => `${id()}:${randomBytes(32).toString('base64')}`);

process.stdout.write('The secrets are in place.\n');

/** 256 random bits in characters that need no escaping in a URL, in SQL or in redis.conf. */
function password() {
  return randomBytes(32).toString('hex');
}

function id() {
  return randomBytes(4).toString('hex');
}

/** PKCS #8 in base64. */
function signingKey() {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

/** Who verifies gets what verifies, and cannot sign; a shared secret, of an older stack, has no such half. */
function publicHalf(entry) {
  return entry.replace(/:ed25519-private:(.+)$/, (_, der) => {
    const key = createPrivateKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'pkcs8' });
    return `:ed25519-public:${createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64')}`;
  });
}

function keep(name, create) {
  const file = join(volumes, name);
  if (!existsSync(file)) write(name, create());
  return readFileSync(file, 'utf8').trimEnd();
}

/** Readers, and a later run after a crash, find a whole file or none. */
function write(name, value) {
  const file = join(volumes, name);
  writeFileSync(`${file}.draft`, `${value}\n`, { mode: 0o444, flush: true });
  renameSync(`${file}.draft`, file);
}
