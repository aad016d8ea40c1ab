import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Anything that looks like a signed token, whoever obtained it. */
const token = /eyJ[\w-]{10,}\.[\w-]{10,}/;
const word = /[\w-]{12,}/g;

/** Keeps what the services write, a file for each process, and looks through every line for what must not stand there. */
export class LogFolder {
  /** Where a secret stood, as `order.log:12`; the secret itself is not repeated. */
  readonly leaks: string[] = [];
  private readonly secrets = new Set<string>();
  private readonly files = new Map<string, { stream: WriteStream; lines: number }>();

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Names a secret; those that hold more than letters, digits, `-` and `_` are no word, and are not found. */
  forbid(...secrets: readonly string[]): void {
    for (const secret of secrets) this.secrets.add(secret);
  }

  write(name: string, line: string): void {
    const file = this.fileOf(name);
    file.lines += 1;
    file.stream.write(`${line}\n`);
    if (this.betrays(line)) this.leaks.push(`${name}.log:${file.lines}`);
  }

  /** Resolves when every line is on the disk. */
  async close(): Promise<void> {
    const streams = [...this.files.values()].map(({ stream }) => stream);
    await Promise.all(streams.map((stream) => new Promise((resolve) => stream.end(resolve))));
  }

  private betrays(line: string): boolean {
    return token.test(line) || (line.match(word) ?? []).some((each) => this.secrets.has(each));
  }

  private fileOf(name: string) {
    const open = this.files.get(name);
    if (open) return open;
    const opened = { stream: createWriteStream(join(this.folder, `${name}.log`), { flags: 'a' }), lines: 0 };
    this.files.set(name, opened);
    return opened;
  }
}
