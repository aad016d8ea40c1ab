/** What each first attempt earns, in retries: at most one request in five is a retry while payment is in trouble. */
const earnedByRequest = 0.2;

/** Bounds how many requests are retries, so that they cannot keep a service down that is struggling to come back. */
export class RetryBudget {
  private saved: number;

  /** @param most how many retries may be saved up */
  constructor(private readonly most = 10) {
    this.saved = most;
  }

  /** Counts a first attempt. */
  earn(): void {
    this.saved = Math.min(this.most, this.saved + earnedByRequest);
  }

  /** Takes one retry, if one is left. */
  take(): boolean {
    if (this.saved < 1) return false;
    this.saved -= 1;
    return true;
  }
}
