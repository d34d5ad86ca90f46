/** Plain text that survives a mail: 72 columns, ASCII, no tabs. */

export const COLUMNS = 72;

/** What is not printable ASCII becomes a question mark; blanks become single spaces. */
export function ascii(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[^ -~]/g, '?');
}

/** Lines of at most `width`, broken at blanks; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of ascii(text).trim().split(' ')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= width) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width));
    line = rest;
  }
  return line === '' ? lines : [...lines, line];
}

/** The same, broken between phrases where that can be. */
export function wrapPhrases(phrases: readonly string[], join: string, width: number): string[] {
  const lines: string[] = [];
  phrases.forEach((phrase, i) => {
    const text = ascii(phrase) + (i < phrases.length - 1 ? join : '').trimEnd();
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= width) {
      lines[lines.length - 1] = `${last} ${text}`;
    } else lines.push(...wrap(text, width));
  });
  return lines;
}

const LABEL = 11;

/** A paragraph that begins with a word in the margin. */
export function labelled(label: string, text: string): string[] {
  return wrap(text, COLUMNS - LABEL).map((line, i) => (i === 0 ? label : '').padEnd(LABEL) + line);
}

/** 1234567 as 1,234,567. */
export const thousands = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 fault`, `2 faults`, `no faults`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n === 0 ? 'no' : thousands(n)} ${n === 1 ? one : many}`;

export const lines = (parts: readonly string[]): string =>
  parts.map((line) => `${line.trimEnd()}\n`).join('');
