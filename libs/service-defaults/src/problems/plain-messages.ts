import { z } from 'zod';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const kinds: Partial<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

const formats: Partial<Record<string, string>> = {
  datetime: 'a date and time (RFC 3339)',
  email: 'an e-mail address',
  uuid: 'a UUID',
  url: 'a URL',
};

/** Says in plain words what a value must be; a schema's own message takes precedence. */
export const plainMessage: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_format':
      return `must be ${formats[issue.format] ?? 'of the right form'}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'too_small':
      return `must ${bound(issue, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${bound(issue, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    default:
      return 'is not valid';
  }
};

/** "be at least 1" of numbers, "have at least 1 character" of texts. */
function bound(issue: RawIssue & { origin: string }, comparison: string, limit: number | bigint): string {
  const counted = { string: 'character', array: 'entry', set: 'entry' }[issue.origin];
  if (!counted) return `be ${comparison} ${limit}`;
  const plural = counted === 'entry' ? 'entries' : `${counted}s`;
  return `have ${comparison} ${limit} ${Number(limit) === 1 ? counted : plural}`;
}
