import { deepStrictEqual, ok, rejects } from 'node:assert/strict';
import { demoPassword } from '@waybill/contracts';
import { serviceNames } from '@waybill/shop';
import type { Check } from './check.js';
import { signIn } from './customer.js';
import type { Stack } from './stack.js';

const stores = ['postgres', 'redis'] as const;
const secretsOf: Record<string, string[]> = {
  auth: ['database-url', 'key-encryption-keys', 'redis-url', 'service-client-secrets'],
  order: ['client-secret', 'database-url', 'redis-url', 'signature-keys'],
  payment: ['client-secret', 'database-url', 'redis-url', 'signature-keys'],
  postgres: ['auth-password', 'order-password', 'password', 'payment-password'],
  redis: ['password', 'password.conf'],
};

/** Nothing is within reach of somebody who does not need it. */
export const isolationChecks: readonly Check[] = [
  { rule: 'only the three services are published, and on 127.0.0.1', holds: onlyServicesArePublished },
  { rule: 'postgres and redis are on internal networks alone', holds: storesAreInternal },
  { rule: 'each service opens its own database and no other', holds: databasesAreSeparate },
  { rule: 'each container has its own secrets and no other', holds: secretsAreSeparate },
  { rule: 'no secret stands in an environment, a label or a log', holds: secretsAreNotShown },
  { rule: 'nothing runs as root, writes to its image or has a capability', holds: privilegesAreFew },
];

async function onlyServicesArePublished(stack: Stack): Promise<string> {
  const containers = Object.values(await stack.containers());
  const published = containers.flatMap(({ NetworkSettings: { Ports } }) =>
    Object.values(Ports).flatMap((at) => at ?? []),
  );
  const addresses = published.map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}`).sort();
  deepStrictEqual(
    addresses,
    Object.values(stack.ports)
      .map((port) => `127.0.0.1:${port}`)
      .sort(),
  );
  return addresses.join(' ');
}

async function storesAreInternal(stack: Stack): Promise<string> {
  const containers = await stack.containers();
  const seen: string[] = [];
  for (const store of stores) {
    const networks = Object.keys(containers[store]?.NetworkSettings.Networks ?? {});
    ok(networks.length > 0, `${store} is on no network.`);
    for (const network of networks) ok(await stack.isInternal(network), `${store} is on ${network}, not internal.`);
    seen.push(`${store}: ${networks}`);
  }
  return seen.join(', ');
}

async function databasesAreSeparate(stack: Stack): Promise<string> {
  const open = (role: string, database: string) =>
    stack.exec(
      'postgres',
      'psql',
      '--host=127.0.0.1',
      `--username=${role}`,
      `--dbname=${database}`,
      '--command=SELECT 1',
    );
  for (const role of serviceNames) {
    for (const database of [...serviceNames, 'postgres']) {
      if (database === role) await open(role, database);
      else await rejects(open(role, database), /permission denied for database/, `${role} opened ${database}.`);
    }
  }
  return `${serviceNames.length} roles, ${serviceNames.length + 1} databases`;
}

async function secretsAreSeparate(stack: Stack): Promise<string> {
  for (const [service, files] of Object.entries(secretsOf)) {
    const found = await stack.exec(service, 'ls', '/run/secrets');
    deepStrictEqual(found.split('\n').filter(Boolean), files, `${service} has ${found}`);
  }
  return `${Object.values(secretsOf).flat().length} files`;
}

async function secretsAreNotShown(stack: Stack): Promise<string> {
  const secrets = await secretValues(stack);
  const shown = JSON.stringify(await stack.containers()) + (await stack.logs());
  ok(shown.includes('/place-order'), 'The log does not hold the requests.');
  for (const secret of [...secrets, await signIn(stack, 'alice'), demoPassword]) {
    ok(!shown.includes(secret), `A secret of ${secret.length} characters is shown.`);
  }
  return `${secrets.size} secrets`;
}

/** The random parts of all secrets: hexadecimal, or base64 of 32 bytes. */
async function secretValues(stack: Stack): Promise<Set<string>> {
  const files = await Promise.all(
    Object.keys(secretsOf).map((service) => stack.exec(service, 'sh', '-c', 'cat /run/secrets/*')),
  );
  return new Set(files.join('\n').match(/[0-9a-f]{64}|[A-Za-z0-9+/]{43}=/g));
}

async function privilegesAreFew(stack: Stack): Promise<string> {
  const { secrets, ...containers } = await stack.containers();
  for (const [name, { Config, HostConfig }] of Object.entries(containers)) {
    ok(!['', 'root', '0'].includes(Config.User), `${name} runs as root.`);
    ok(HostConfig.ReadonlyRootfs && !HostConfig.Privileged, `${name} may write to its image.`);
    deepStrictEqual(HostConfig.CapDrop, ['ALL'], `${name} has capabilities.`);
    await rejects(stack.exec(name, 'touch', '/etc/changed'), /Read-only file system/, `${name} wrote to its image.`);
  }
  return Object.entries(containers)
    .map(([name, { Config }]) => `${name}: ${Config.User}`)
    .join(', ');
}
