const heldForMilliseconds = 500;

/**
 * What a process says on standard error, held for half a second: if it ends within that time, these were its last words
 * and say why.
 */
export class LastWords {
  private lines: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly say: (line: string) => void) {}

  /** Takes a line, to be said unless the process ends now. */
  hear(line: string): void {
    this.lines.push(line);
    this.timer ??= setTimeout(() => this.release(), heldForMilliseconds);
  }

  /** Says what is held. */
  release(): void {
    for (const line of this.take()) this.say(line);
  }

  /** Gives what is held to the caller, who says it another way or not at all. */
  take(): string[] {
    clearTimeout(this.timer);
    this.timer = undefined;
    return this.lines.splice(0);
  }
}
