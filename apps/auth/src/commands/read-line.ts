import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** The first line of standard input. At a terminal it asks for it, and does not show what is typed. */
export async function readHiddenLine(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (stdin.isTTY) stderr.write(prompt);
  for await (const line of createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY })) {
    if (stdin.isTTY) stderr.write('\n');
    return line;
  }
  return '';
}
