/** What is answered where a request cannot be served: problem details (RFC 9457) for everything that is not a refusal. */
export { errorProblem } from './error-problem.js';
export { ProblemException } from './problem.exception.js';
export { ProblemFilter } from './problem.filter.js';
export { type Problem, problemBody, problemMediaType } from './problem.js';
export { statusProblem } from './status-problem.js';
export { type InvalidMember, validationPipe } from './validation.pipe.js';
