import { StandardSchemaValidationPipe } from '@nestjs/common';
import { z } from 'zod';
import { plainMessage } from './plain-messages.js';
import { ProblemException } from './problem.exception.js';

type Issue = Parameters<
  NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory'] & {}
>[0][number];

/** One thing that is wrong with a body, a query or a path parameter. */
export interface InvalidMember {
  /** Where, as in `items.0.quantity`; empty: the whole. */
  path: string;
  message: string;
}

const mostErrors = 20;

/** Validates what handlers declare with `@Body({ schema })`: 400 `validation_failed` with everything that is wrong. */
export function validationPipe(): StandardSchemaValidationPipe {
  z.config({ localeError: plainMessage });
  return new StandardSchemaValidationPipe({ exceptionFactory: validationFailed });
}

/** The answer to a request that its schema refuses; at most 20 errors are told. */
export function validationFailed(issues: readonly Issue[]): ProblemException {
  const errors = issues.flatMap(invalidMembers);
  const told = errors.slice(0, mostErrors);
  const detail = errors.length === 1 ? 'One member is not valid.' : `${errors.length} members are not valid.`;
  return new ProblemException(400, 'validation_failed', 'The request is not valid', detail, { errors: told });
}

/** Unknown members come in one issue of the object that holds them; each is told at its own path. */
function invalidMembers(issue: Issue): InvalidMember[] {
  const path = (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  const { keys } = issue as { keys?: unknown };
  if (!Array.isArray(keys)) return [{ path: pathText(path), message: issue.message }];
  return keys.map((key) => ({ path: pathText([...path, key]), message: 'is not known here' }));
}

function pathText(segments: readonly string[]): string {
  return segments.join('.').slice(0, 200);
}
