let armed: ReadonlyMap<string, number> = new Map();

/**
 * A place where the process may be made to die in the middle of its work, to prove that nothing is lost. It does nothing
 * unless the point is armed: `CRASH_POINT=name` kills the process (SIGKILL) there, `CRASH_POINT=name:0.01` at one passage
 * in a hundred; several are separated by commas. In production no point is ever armed.
 *
 * @example crashPoint('order.stored');
 */
export function crashPoint(name: string): void {
  const probability = armed.get(name);
  if (probability !== undefined && Math.random() < probability) process.kill(process.pid, 'SIGKILL');
}

/** Arms the crash points that the environment names. @throws TypeError with the remedy */
export function armCrashPoints(environment: NodeJS.ProcessEnv): void {
  armed = readCrashPoints(environment);
}

/** The points to arm, and how probable a crash is at each. @throws TypeError with the remedy */
export function readCrashPoints({ NODE_ENV, CRASH_POINT = '' }: NodeJS.ProcessEnv): ReadonlyMap<string, number> {
  if (NODE_ENV === 'production' || CRASH_POINT === '') return new Map();
  return new Map(CRASH_POINT.split(',').map(readCrashPoint));
}

function readCrashPoint(text: string): [name: string, probability: number] {
  const [, name, probability = '1'] = /^\s*([a-z][a-z.-]*)(?::(0?\.\d+|[01]))?\s*$/.exec(text) ?? [];
  if (name === undefined) {
    throw new TypeError(
      'CRASH_POINT: must be a list of name or name:probability. Set it to such a list, e.g. order.stored:0.01, or unset it.',
    );
  }
  return [name, Number(probability)];
}
