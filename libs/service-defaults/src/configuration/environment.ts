import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { ConfigurationError } from './configuration-error.js';

/** Settings by property name: `paymentUrl` is read from `PAYMENT_URL`. */
export type Settings = Record<string, z.ZodType>;

/** What a set of settings yields. */
export type SettingValues<S extends Settings> = { [Name in keyof S]: z.output<S[Name]> };

/**
 * The environment variables of a process. Each may come from a file instead, named by `NAME_FILE` (as container secrets
 * do); an empty variable counts as unset, unless somebody asks. What is wrong is collected, so that all of it is reported at once.
 */
export class Environment {
  private readonly lines: string[] = [];

  constructor(private readonly variables: NodeJS.ProcessEnv) {}

  /** Reads and checks a set of settings. What it returns is whole once `refuseWrong` has been passed. */
  parse<S extends Settings>(settings: S): SettingValues<S> {
    const entries = Object.entries(settings).map(([property, schema]) => [
      property,
      this.check(variableOf(property), schema),
    ]);
    return Object.fromEntries(entries);
  }

  /** Reads and checks the first of these variables that is set. */
  check<Schema extends z.ZodType>(names: string | readonly string[], schema: Schema): z.output<Schema> | undefined {
    const candidates = [names].flat();
    const name = candidates.find((candidate) => this.isSet(candidate)) ?? candidates.at(-1) ?? '';
    const failures = this.lines.length;
    const text = this.read(name);
    if (this.lines.length > failures) return undefined;
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    this.lines.push(`${name}: ${result.error.issues[0]?.message}`);
    return undefined;
  }

  /** Says whether a variable is set, itself or by a file. */
  isSet(name: string): boolean {
    return Boolean(this.variables[name] || this.variables[`${name}_FILE`]);
  }

  /** Says whether a variable is there and empty: its default is not wanted. */
  isEmpty(name: string): boolean {
    return this.variables[name] === '' && !this.isSet(name);
  }

  /** Takes note of what is wrong beyond a variable's own text. */
  refuse(name: string, fault: string): void {
    this.lines.push(`${name}: ${fault}`);
  }

  /** Takes note where a variable is set beside another that it excludes. */
  refuseTogether(name: string, others: readonly string[]): void {
    for (const other of others.filter((candidate) => this.isSet(name) && this.isSet(candidate))) {
      this.lines.push(`${name}: is set, and so is ${other}. Unset one of them.`);
    }
  }

  /** @throws ConfigurationError with all that was wrong so far */
  refuseWrong(): void {
    if (this.lines.length > 0) throw new ConfigurationError(this.lines);
  }

  private read(name: string): string | undefined {
    const value = this.variables[name] || undefined;
    const file = this.variables[`${name}_FILE`];
    if (!file) return value;
    if (value !== undefined) {
      this.lines.push(`${name}: is set, and so is ${name}_FILE. Unset one of them.`);
      return undefined;
    }
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined;
    } catch (error) {
      this.lines.push(`${name}_FILE: ${(error as Error).message}. Set it to a file that this process may read.`);
      return undefined;
    }
  }
}

/** `paymentTimeoutMs` is `PAYMENT_TIMEOUT_MS`. */
function variableOf(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
