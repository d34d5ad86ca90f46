/** What is damaged: a few files of each kind that the program reads and may have been sent. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { newDesign } from '../library/new.ts';
import { said } from './damage.ts';
import type { Said } from './damage.ts';
import { packageRoot } from './outside.ts';
import { run } from './program.ts';

export const KINDS = ['replay', 'merge', 'conform', 'design'] as const;
export type Kind = (typeof KINDS)[number];

/** A file, and the command line that reads it; `FILE` stands for its name. */
export interface Input {
  readonly kind: Kind;
  readonly file: string;
  readonly line: readonly string[];
}

const FILE = 'FILE';

export const lineOf = ({ line }: Input, file: string): readonly string[] =>
  line.map((word) => (word === FILE ? file : word));

/** Only files of writepath's own have a checksum. */
export const isSealed = ({ kind }: Input): boolean => kind === 'replay' || kind === 'merge';

/** What is said of it as it is. */
export const rightAnswer = (input: Input): Promise<Said> => said(run, lineOf(input, input.file));

const TRACES = new URL('../../traces/', import.meta.url);
/** Of a file with more sequences, so many are enough. */
const LINES = 4;

const ASKED = 'multipage-rfc/locked,mapped* recvfile/f-oxnas --scenario two-writers'.split(' ');
const MORE = '--scenario receive-ends-inside-a-page'.split(' ');

/** Writes them to a folder. */
export async function inputsIn(folder: string): Promise<readonly Input[]> {
  const at = (name: string) => join(folder, name);
  const made = async (line: readonly string[], codes: readonly number[]) => {
    const { code, err } = await said(run, line);
    if (!codes.includes(code)) throw new Error(`${line.join(' ')}: exit code ${code}: ${err}`);
  };
  const found: Input[] = [];
  const saved = [
    ['recvfile', 'receive-is-short', 'return-value-is-true'],
    ['multipage-rfc/locked,mapped,skips', 'throttled-before-allocate', 'every-call-ends'],
  ] as const;
  for (const [i, [design, scenario, property]] of saved.entries()) {
    const file = at(`replay-${i}.json`);
    const question = [design, '--scenario', scenario, '--property', property];
    await made(['check', ...question, '--save', file], [1]);
    found.push({ kind: 'replay', file, line: ['replay', FILE] });
  }
  for (const k of [1, 2]) {
    const question = [...ASKED, ...MORE, '--workers', '1'];
    await made(['matrix', ...question, '--shard', `${k}/2`, '--out', at(`part-${k}.json`)], [0]);
  }
  found.push({ kind: 'merge', file: at('part-1.json'), line: ['merge', FILE, at('part-2.json')] });
  found.push({ kind: 'merge', file: at('part-2.json'), line: ['merge', at('part-1.json'), FILE] });
  // A design takes a thread to be tried in: one in so many is enough.
  const read = [...found, ...traces(at)];
  return [...Array.from({ length: OFTEN }, () => read).flat(), designIn(at('mine.ts'))];
}

/** How often every other file is damaged, for one design. */
const OFTEN = 5;

function designIn(file: string): Input {
  const example = readFileSync(join(packageRoot, 'model/designs/example.ts'), 'utf8');
  writeFileSync(file, newDesign('mine', example));
  return { kind: 'design', file, line: ['check', FILE, '--scenario', 'seek-beside-writeback'] };
}

function traces(at: (name: string) => string): readonly Input[] {
  const read = (name: string) => readFileSync(new URL(`${name}.jsonl.gz`, TRACES));
  const plain = ['linux-6.18/ext4d-1-plain', 'linux-6.18/xfs-2-enospc', 'held-ext4-1'].map(
    (name, i) => {
      const file = at(`plain-${i}.jsonl`);
      const lines = gunzipSync(read(name)).toString('utf8').split('\n').slice(0, LINES);
      writeFileSync(file, `${lines.join('\n')}\n`);
      return file;
    },
  );
  const packed = at('packed.jsonl.gz');
  writeFileSync(packed, read('linux-6.18/xfs-telling'));
  return [...plain, packed].map((file) => ({ kind: 'conform', file, line: ['conform', FILE] }));
}
