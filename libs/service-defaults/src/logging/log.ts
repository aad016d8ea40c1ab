import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { Options } from 'pino-http';
import type { LogLevel } from '../configuration/index.js';
import { errorRecord } from './error-record.js';
import { requestId } from './request-id.js';
import { requestLevel, requestLine } from './request-line.js';

/** The log of a service: one JSON object a line, on standard output unless told otherwise. */
export function createLog(service: string, level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: errorRecord },
    hooks: { streamWrite: escapeControls },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** How each request becomes exactly one line, written when its answer has been sent or its client has left. */
export function requestLogging(log: Logger): Options {
  return {
    logger: log,
    genReqId: requestId,
    wrapSerializers: false,
    serializers: { req: () => undefined, res: () => undefined, err: errorRecord },
    quietReqLogger: true,
    quietResLogger: true,
    customAttributeKeys: { reqId: 'requestId', responseTime: 'durationMs' },
    customLogLevel: (request, response) => requestLevel(request, response),
    customSuccessObject: (request, response, { durationMs }) => requestLine(request, response, durationMs),
    customErrorObject: (request, response, _error, { durationMs }) => failureLine(request, response, durationMs),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
  };
}

/** `response.err` is what the problem filter noted; pino-http invents one where there is none. */
function failureLine(request: IncomingMessage, response: ServerResponse, durationMs: number) {
  return { ...requestLine(request, response, durationMs), ...(response.err && { err: response.err }) };
}

/** JSON leaves DEL, C1 controls and the Unicode line ends as they are, and a terminal or a log reader may act on them. */
function escapeControls(line: string): string {
  return line.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
