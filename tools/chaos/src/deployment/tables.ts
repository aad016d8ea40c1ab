import { join } from 'node:path';
import { openDatabase } from '@waybill/database';
import { entryPoint, type ServiceName } from '@waybill/shop';

/** A row as the database gives it, by column name. */
export type TableRow = Readonly<Record<string, unknown>>;

/** Whole tables of one service, by name. */
export type Tables = Readonly<Record<string, readonly TableRow[]>>;

/** Where a service keeps its data: an address of PostgreSQL, or the folder of an embedded database. */
export interface TableSource {
  service: ServiceName;
  folder: string;
  url?: string | undefined;
}

/** Reads whole tables of one service from outside. The embedded database has to be at rest. A table that is not there is empty. */
export async function readTables({ service, folder, url }: TableSource, names: readonly string[]): Promise<Tables> {
  const migrationsFolder = join(entryPoint(service), '../../migrations');
  const database = await openDatabase({ name: 'chaos', schema: {}, migrationsFolder, folder, url });
  const query = async (statement: string) => {
    const { rows } = (await database.db.execute(statement)) as unknown as { rows: TableRow[] };
    return rows;
  };
  try {
    const tables: Record<string, TableRow[]> = {};
    for (const name of names) {
      const [found] = await query(`select to_regclass('public.${name}')::text as name`);
      tables[name] = found?.name ? await query(`select * from public.${name}`) : [];
    }
    return tables;
  } finally {
    await database.close();
  }
}
