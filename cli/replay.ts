/**
 * `replay` and `verify`: a recorded trace is taken again, without a search; by `verify` with a
 * second interpreter, and the machine that searches beside it.
 */
import type { Command } from 'commander';
import { readReplay } from '../evidence/read-replay.ts';
import { refusing } from './blame.ts';
import type { Catalog } from './catalog.ts';
import type { On } from './command.ts';
import { INCOMPLETE, INTERNAL, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { savePage } from './page.ts';
import { Pool } from './pool.ts';
import { readSmall } from './read.ts';
import { refuseUnwritable } from './save.ts';

const CHANGED = 'the model has changed since this was recorded; these steps have not';

export function addReplay(program: Command, { ask, io }: On): void {
  program
    .command('replay')
    .description('takes the trace of a file that --save wrote again, without a search')
    .argument('<file>', 'a replay file')
    .argument('[designs...]', 'files of your own that have its design, as ./mine.ts')
    .option('--html <file>', 'write it to a page that has the model in it')
    .addHelpText(
      'after',
      '\nExits with 1 when the promise is broken again, with 2 when the file is stale.',
    )
    .addHelpText('after', '\nExample:\n  writepath replay short.json')
    .action((file: string, named: string[], { html }: { html?: string }) =>
      ask(named, (asked) => takenAgain('replay', asked, file, io, html)),
    );
}

export function addVerify(program: Command, { ask, io }: On): void {
  program
    .command('verify')
    .description(
      'takes such a trace again with a second, small interpreter, and compares all states',
    )
    .argument('<file>', 'a replay file')
    .argument('[designs...]', 'files of your own that have its design, as ./mine.ts')
    .addHelpText(
      'after',
      '\nExits with 1 when both agree and the promise is broken again, with 2 when the file' +
        '\nis stale, with 70 when they do not agree.',
    )
    .addHelpText('after', '\nExample:\n  writepath verify short.json')
    .action((file: string, named: string[]) =>
      ask(named, (asked) => takenAgain('verify', asked, file, io)),
    );
}

async function takenAgain(
  by: 'replay' | 'verify',
  { modules }: Catalog,
  file: string,
  io: Io,
  html?: string,
): Promise<number> {
  if (html !== undefined) refuseUnwritable(html);
  const content = readSmall(file);
  const where = refusing(file, () => {
    const { design, scenario } = readReplay(content);
    return { design, scenario };
  });
  const pool = new Pool(1, io);
  try {
    const answer = await pool[by]({ ...where, modules, file, content, page: html !== undefined });
    switch (answer.kind) {
      case 'failed':
        if (answer.code !== INTERNAL) throw new UsageError(answer.what);
        io.err(`writepath: ${answer.what}\n`);
        return answer.code;
      case 'stuck':
        io.err('writepath: interrupted\n');
        return INCOMPLETE;
      case 'done':
        io.out(answer.value.text);
        if (html !== undefined) await savePage(html, answer.value.page, modules, io);
        if (answer.value.changed) io.err(`writepath: ${CHANGED}\n`);
        return VIOLATED;
    }
  } finally {
    await pool.end();
  }
}
