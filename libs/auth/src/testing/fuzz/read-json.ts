/** What a JSON text holds beyond its value: what JSON.parse does not tell. */
export interface JsonReading {
  readonly value: unknown;
  /** How deep objects and arrays lie in one another; a scalar has 0. */
  readonly depth: number;
  /** The member names of each object, as often as they stand there. */
  readonly names: readonly (readonly string[])[];
}

/**
 * Reads JSON (RFC 8259) by descent. It shares nothing with the guard's own reader, so that the two can be compared.
 * @throws SyntaxError
 */
export function readJson(text: string): JsonReading {
  const value: unknown = JSON.parse(text);
  const names: string[][] = [];
  let position = 0;

  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = position;
    const [found = ''] = pattern.exec(text) ?? [];
    position += found.length;
    return found;
  };
  const blank = () => skip(/[ \t\r\n]*/y);
  const next = (character: string): boolean => {
    blank();
    const found = text[position] === character;
    if (found) position += 1;
    blank();
    return found;
  };
  const string = (): string => JSON.parse(skip(/"(?:\\.|[^"\\])*"/y));

  const depthOf = (): number => {
    if (next('{')) return 1 + members();
    if (next('[')) return 1 + elements();
    if (text[position] === '"') string();
    else skip(/[^,\]}\s]+/y);
    return 0;
  };
  const members = (): number => {
    const own: string[] = [];
    names.push(own);
    let deepest = 0;
    while (!next('}')) {
      own.push(string());
      next(':');
      deepest = Math.max(deepest, depthOf());
      next(',');
    }
    return deepest;
  };
  const elements = (): number => {
    let deepest = 0;
    while (!next(']')) {
      deepest = Math.max(deepest, depthOf());
      next(',');
    }
    return deepest;
  };

  blank();
  return { value, depth: depthOf(), names };
}
