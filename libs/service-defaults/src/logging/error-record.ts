/** An error as the log tells it: never its other properties, which may hold requests, headers or rows. */
export interface ErrorRecord {
  type: string;
  message: string;
  stack?: string;
  code?: string;
  cause?: ErrorRecord;
}

/** Records an error and its causes, at most `depth` of them. */
export function errorRecord(error: unknown, depth = 4): ErrorRecord {
  if (!(error instanceof Error)) return { type: typeof error, message: 'a value that is no error was thrown' };
  const message = withoutParameters(error.message);
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message,
    ...(error.stack && { stack: `${error.name}: ${message}${framesOf(error.stack, error.message)}` }),
    ...(typeof code === 'string' && { code }),
    ...(error.cause instanceof Error && depth > 0 && { cause: errorRecord(error.cause, depth - 1) }),
  };
}

/** A failed query names its parameters on a line of their own: they may be secrets, so the log goes without. */
function withoutParameters(message: string): string {
  return message.replace(/\nparams: [\s\S]*$/, '');
}

function framesOf(stack: string, message: string): string {
  const start = stack.indexOf(message);
  return start < 0 ? '' : stack.slice(start + message.length);
}
