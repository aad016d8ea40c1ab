import { type PrettyOptions, prettyFactory } from 'pino-pretty';
import { describe, requestOf } from './request-line.js';

const widthOfNames = 8;

/** Turns a service's log line (JSON of pino, or anything else) into one for a person, prefixed with the service's name. */
export function prettyLog(colours: boolean): (service: string, line: string) => string {
  const render = prettyFactory(options(colours));
  return (service, line) => prefixed(service, line.startsWith('{') ? render(line) : line);
}

/** The lines of a text, each prefixed with the name of the service that it is about. */
export function prefixed(service: string, text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${service.padEnd(widthOfNames)}${line}`.trimEnd())
    .join('\n');
}

function options(colorize: boolean): PrettyOptions {
  return {
    colorize,
    translateTime: 'SYS:HH:MM:ss',
    messageKey: 'message',
    include: 'level,time,err',
    messageFormat: (log, messageKey) => {
      const request = requestOf(log);
      return request ? describe(request) : String(log[messageKey] ?? '');
    },
  };
}
