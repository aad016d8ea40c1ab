import { TokenInvalid } from '../refuse/index.js';

const maxDepth = 8;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;

/**
 * Parses a JSON object as a JOSE header or a claims set must be written (RFC 7515 §4, RFC 7519 §4): valid UTF-8 without a
 * byte order mark, an object at the top, each member once, nested at most 8 deep. The result has no prototype.
 */
export function parseJsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const text = decode(bytes);
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TokenInvalid('form.not_an_object');
  requireUnambiguous(text);
  return Object.assign(Object.create(null), value);
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new TokenInvalid('form.not_utf8', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TokenInvalid('form.not_json'); // without the cause: its message quotes the token
  }
}

/** Walks text that JSON.parse has found valid, so only strings and brackets matter. */
function requireUnambiguous(text: string): void {
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      if (open.push(new Set()) > maxDepth) throw new TokenInvalid('form.too_deep');
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (colon !== undefined) {
      const name: string = JSON.parse(token.slice(0, -colon.length));
      if (name === '__proto__') throw new TokenInvalid('form.prototype_member');
      const names = open.at(-1);
      if (names?.has(name)) throw new TokenInvalid('form.duplicate_member');
      names?.add(name);
    }
  }
}
