import { writeSync } from 'node:fs';
import { causesOf, codeOf } from '../failure/causes.js';

/** How the engine's log tells its end. After one of these it freezes the process at the next query. */
const fatalLines = [/\bPANIC:\s+(.*)$/, /(No space left on device.*)$/];

/** SQLSTATE disk_full. */
const diskFull = '53100';

/** WASI's number of ENOSPC, in which the engine's file system throws it. */
const noSpaceLeft = 51;

/** What a line of the engine's log says of its end; undefined: nothing. */
export function fatalReasonOfLine(line: string): string | undefined {
  return fatalLines.map((pattern) => pattern.exec(line)?.[1]).find((reason) => reason !== undefined);
}

/** What an error of the engine says of its end: SQLSTATE 53100, severity PANIC, or a full disk; undefined: nothing. */
export function fatalReasonOfError(error: unknown): string | undefined {
  if (isNoSpaceLeft(error)) return 'No space left on device';
  return [...causesOf(error)].find(
    (cause) => codeOf(cause) === diskFull || ('severity' in cause && cause.severity === 'PANIC'),
  )?.message;
}

function isNoSpaceLeft(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errno' in error && error.errno === noSpaceLeft;
}

/** The one line that a process leaves behind when its embedded database ended. */
export function fatalMessage(name: string, folder: string, reason: string): string {
  const remedy = /space/i.test(reason) ? 'Make room on the disk' : 'Check the disk';
  return `${name}: the embedded database in ${folder} stopped: ${reason}. ${remedy} and start again; nothing that was acknowledged is lost.`;
}

/** Ends the process at once with one line on stderr. */
export function exitAtOnce(line: string): never {
  writeSync(2, `${line}\n`);
  process.exit(1);
}
