/** `replay`: takes a recorded trace again, without a search. */
import { readReplay } from '../evidence/replay-file.ts';
import { refusing } from './blame.ts';
import type { Catalog } from './catalog.ts';
import { INCOMPLETE, INTERNAL, UsageError, VIOLATED } from './exit.ts';
import type { Io } from './io.ts';
import { Pool } from './pool.ts';
import { readSmall } from './read.ts';

export async function replay({ modules }: Catalog, file: string, io: Io): Promise<number> {
  const content = readSmall(file);
  const pool = new Pool(1, io);
  try {
    const { design, scenario } = refusing(file, () => readReplay(content));
    const where = { design, scenario };
    const answer = await pool.replay({ ...where, modules, file, content });
    switch (answer.kind) {
      case 'failed':
        if (answer.code !== INTERNAL) throw new UsageError(answer.what);
        io.err(`writepath: ${answer.what}\n`);
        return answer.code;
      case 'stuck':
        io.err('writepath: interrupted\n');
        return INCOMPLETE;
      case 'done':
        io.out(answer.value.mail);
        if (answer.value.changed) {
          io.err(
            'writepath: the model has changed since this was recorded; these steps have not\n',
          );
        }
        return VIOLATED;
    }
  } finally {
    await pool.end();
  }
}
