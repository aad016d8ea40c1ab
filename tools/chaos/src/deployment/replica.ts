import { type Exit, freePort, type ServiceName } from '@waybill/shop';

/** On what the services keep their data. */
export type DatabaseKind = 'embedded' | 'postgres';

/** One process of a service, with an address of its own. */
export interface Replica {
  /** `order`, or `order-2` where there are several. */
  readonly name: string;
  readonly service: ServiceName;
  readonly port: number;
  readonly url: string;
}

/** Hears of the lives of the processes, and may give each life an environment of its own. */
export interface Lives {
  begin(replica: Replica): NodeJS.ProcessEnv;
  started(replica: Replica): void;
  ready(replica: Replica): void;
  died(replica: Replica, exit: Exit): void;
}

/** The processes of a shop, each with a free address. The embedded database serves one process only. */
export async function placeReplicas(kind: DatabaseKind): Promise<Replica[]> {
  const orders = kind === 'postgres' ? ['order-1', 'order-2'] : ['order'];
  const replicas: Replica[] = [];
  for (const name of ['auth', ...orders, 'payment']) {
    const service = name.replace(/-\d$/, '') as ServiceName;
    const port = await freePort();
    replicas.push({ name, service, port, url: `http://127.0.0.1:${port}` });
  }
  return replicas;
}

/** The processes of one service. */
export function replicasOf(replicas: readonly Replica[], service: ServiceName): readonly Replica[] {
  return replicas.filter((replica) => replica.service === service);
}

/** The process of a service by which the others know it. */
export function firstOf(replicas: readonly Replica[], service: ServiceName): Replica {
  const [first] = replicasOf(replicas, service);
  if (!first) throw new RangeError(`There is no ${service}.`);
  return first;
}
