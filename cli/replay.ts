/**
 * `replay` and `verify`: a recorded trace is taken again, without a search; by `verify` with a
 * second interpreter, and the machine that searches beside it.
 */
import { readReplay } from '../evidence/replay-file.ts';
import { refusing } from './blame.ts';
import type { Catalog } from './catalog.ts';
import { INCOMPLETE, INTERNAL, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { Pool } from './pool.ts';
import { readSmall } from './read.ts';

const CHANGED = 'the model has changed since this was recorded; these steps have not';

export async function takenAgain(
  by: 'replay' | 'verify',
  { modules }: Catalog,
  file: string,
  io: Io,
): Promise<number> {
  const content = readSmall(file);
  const { design, scenario } = refusing(file, () => readReplay(content));
  const pool = new Pool(1, io);
  try {
    const answer = await pool[by]({ design, scenario, modules, file, content });
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
        if (answer.value.changed) io.err(`writepath: ${CHANGED}\n`);
        return VIOLATED;
    }
  } finally {
    await pool.end();
  }
}
