/** Verdicts as TAP, version 14: one line each, and what was found below as YAML. */
import { VERSION } from './version.ts';
import type { Case } from './verdicts.ts';

export function tap(cases: readonly Case[]): string {
  return [
    'TAP version 14',
    `# writepath ${VERSION}`,
    `1..${cases.length}`,
    ...cases.flatMap((one, i) => point(one, i + 1)),
    '',
  ].join('\n');
}

/** `#` would begin a directive, and a backslash hides what follows. */
const plain = (text: string): string =>
  text.replace(/[\r\n]+/g, ' ').replace(/[\\#]/g, (found) => `\\${found}`);

function point({ design, name, result }: Case, number: number): string[] {
  const head = `ok ${number} - ${plain(`${design}: ${name}`)}`;
  switch (result.is) {
    case 'passed':
      return [head, ...(result.note === undefined ? [] : yaml({ note: result.note }))];
    case 'skipped':
      return [`${head} # SKIP ${plain(result.why)}`];
    case 'error':
      return [`not ${head}`, ...yaml({ message: result.why, severity: 'error' })];
    case 'failed': {
      const { message, breach } = result;
      if (breach === undefined) return [`not ${head}`, ...yaml({ message, severity: 'fail' })];
      const { promise, expected, found, where, steps, place, text } = breach;
      const [file, line] = place === null ? [] : place.split(/:(?=\d+$)/);
      const at = file === undefined ? {} : { at: { file, line: Number(line) } };
      return [
        `not ${head}`,
        ...yaml(
          {
            message,
            severity: 'fail',
            promise,
            expected,
            found,
            where,
            steps,
            ...at,
          },
          text,
        ),
      ];
    }
  }
}

/** JSON is YAML; the text is a block of lines. */
function yaml(members: Readonly<Record<string, unknown>>, text?: string): string[] {
  const lines = Object.entries(members).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const block =
    text === undefined ? [] : ['counterexample: |', ...text.trimEnd().split('\n').map(indented)];
  return ['---', ...lines, ...block, '...'].map(indented);
}

/** Empty lines, too: to some readers they would end the block. */
const indented = (line: string): string => `  ${line}`;
