/**
 * `merge`: what the parts of a matrix have come to, as one run of it prints it. Every question has
 * one answer, of this very program; or nothing is drawn.
 */
import type { Command } from 'commander';
import { BadPart, readPart } from '../evidence/part-file.ts';
import type { Part } from '../evidence/part-file.ts';
import { count } from '../evidence/text.ts';
import { VERSION } from '../evidence/version.ts';
import { readRecord } from '../runs/recorded.ts';
import type { Catalog } from './catalog.ts';
import type { On } from './command.ts';
import { UsageError } from './exit.ts';
import { buildDigest, questionsDigest } from './fingerprint.ts';
import type { Io } from './io.ts';
import { show } from './matrix.ts';
import type { Form, Progress } from './matrix.ts';
import { withForms } from './options.ts';
import { isSource } from './outside.ts';
import { inDealtOrder, progressOf } from './part.ts';
import { readSmall } from './read.ts';
import { refuseCases } from './cases.ts';
import { refuseUnwritable } from './save.ts';
import { pairs } from './select.ts';
import type { Pair } from './select.ts';
import { dealt } from './shards.ts';

export function addMerge(program: Command, { ask, io }: On): void {
  const command = program
    .command('merge')
    .description('draws a matrix from the parts that `matrix --shard` wrote, as if in one run')
    .argument(
      '<part...>',
      'all parts, in any order; and the files that have the designs, ./mine.ts',
    );
  withForms(command)
    .addHelpText(
      'after',
      '\nExits as matrix does; with 2 when a part is missing, there twice, damaged, of another\n' +
        'version or build, or of other questions.',
    )
    .addHelpText('after', '\nExample:\n  writepath merge part-*.json')
    .action((files: string[], options: Form) => {
      const own = files.filter((file) => isSource(file));
      const parts = files.filter((file) => !isSource(file));
      return ask(own, (catalog) => merge(catalog, parts, options, io));
    });
}

/** A part, and the file that it was read from. */
interface Read {
  readonly file: string;
  readonly part: Part;
}

function merge(catalog: Catalog, files: readonly string[], form: Form, io: Io): number {
  if (files.length === 0) throw new UsageError('no part was named');
  if (form.html !== undefined) refuseUnwritable(form.html);
  refuseCases(form);
  const read = files.map((file) => ({ file, part: readFile(file) }));
  const [first] = read as [Read, ...Read[]];
  read.forEach((one) => refuseOther(first, one));
  const { designs, scenarios: scenario, of } = first.part;
  const asked = questionsOf(catalog, first);
  const order = inDealtOrder(asked);
  const found = new Map<Pair, Progress>();
  for (const { file, part } of inOrder(read)) {
    const own = dealt(order, { k: part.shard, of });
    const answered = count(part.answers.length, 'answer');
    if (part.answers.length !== own.length) {
      throw bad(file, `it has ${answered} for ${count(own.length, 'question')}`);
    }
    part.answers.forEach((answer, i) => {
      const pair = own[i]!;
      if (!isOf(pair, answer)) throw bad(file, `answer ${i + 1} is to another question`);
      found.set(pair, progressOf(answer));
    });
  }
  const answers = asked.map((pair) => found.get(pair)!);
  const recorded = readRecord();
  return show(catalog, { ...form, designs, scenario, asked, found: answers, recorded }, io);
}

const bad = (file: string, why: string): UsageError => new UsageError(`${file}: ${why}`);

function readFile(file: string): Part {
  const content = readSmall(file);
  try {
    return readPart(content, VERSION);
  } catch (error) {
    if (error instanceof BadPart) throw bad(file, error.message);
    throw error;
  }
}

/** All parts must be of one matrix. */
function refuseOther(first: Read, { file, part }: Read): void {
  const { build, questions, of, designs, scenarios } = first.part;
  if (part.of !== of) throw bad(file, `one of ${part.of} parts, and ${first.file} is one of ${of}`);
  const asked = JSON.stringify([part.designs, part.scenarios]);
  const other = `it has other questions than ${first.file}`;
  if (asked !== JSON.stringify([designs, scenarios])) throw bad(file, other);
  if (part.build !== build) throw bad(file, `run by another build than ${first.file}`);
  if (part.questions !== questions) throw bad(file, other);
  if (part.shard > of) throw bad(file, `it is part ${part.shard} of ${of}`);
}

const NAME_IT = 'where a file of your own has it, name it, too: merge part-*.json ./mine.ts';

/** What was asked, if this program asks the same, of the same designs. */
function questionsOf(catalog: Catalog, { file, part }: Read): readonly Pair[] {
  try {
    const asked = pairs(catalog, part.designs, part.scenarios);
    if (part.build !== buildDigest(asked, catalog.modules)) {
      throw new UsageError('run by another build, or by another record, than this one');
    }
    if (part.questions === questionsDigest(asked)) return asked;
  } catch (error) {
    if (error instanceof UsageError) {
      const unknown = /^unknown (?:design|scenario) /.test(error.message);
      throw bad(file, `${error.message}${unknown ? `; ${NAME_IT}` : ''}`);
    }
    throw error;
  }
  throw bad(file, 'its questions are not those that it says');
}

/** Each part once. */
function inOrder(read: readonly Read[]): readonly Read[] {
  const { of } = read[0]!.part;
  const parts = new Map<number, Read>();
  for (const one of read) {
    const { shard } = one.part;
    const other = parts.get(shard);
    if (other) throw bad(one.file, `part ${shard} of ${of} again, after ${other.file}`);
    parts.set(shard, one);
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((k) => !parts.has(k));
  if (missing.length === 1) throw new UsageError(`part ${missing[0]} of ${of} is missing`);
  if (missing.length > 1) throw new UsageError(`parts ${missing.join(', ')} of ${of} are missing`);
  return [...parts.values()].toSorted((a, b) => a.part.shard - b.part.shard);
}

/** Is it an answer to that question, with all of its promises? */
function isOf({ design, scenario, properties }: Pair, answer: Part['answers'][number]): boolean {
  if (answer.design !== design.name || answer.scenario !== scenario.name) return false;
  if ('failed' in answer) return true;
  const names = properties.map(({ name }) => name);
  return JSON.stringify(Object.keys(answer.properties)) === JSON.stringify(names);
}
