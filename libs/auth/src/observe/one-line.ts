/** What could end a line of a log, command a terminal or disguise text: controls, format characters, Unicode line ends, lone surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Writes text that came from outside so that it stays on one line of a log, and shows what it holds: `a\u000ab`. */
export function oneLine(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
