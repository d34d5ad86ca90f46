/**
 * A model run as if it were the kernel: of the outcomes that it allows it takes one. What drives a
 * kernel can be tried on it without one.
 */
import type { Call, Sequential } from '../../recorder/calls.ts';
import { sizesOf } from '../../recorder/geometry.ts';
import type { Setup } from '../../recorder/geometry.ts';
import { headOf } from '../../recorder/record.ts';
import type { Begun } from '../../recorder/session.ts';
import type { Found, Operation, Seen } from '../../traces/format.ts';
import type { Walk } from '../conform.ts';
import { ASPECTS } from '../sight.ts';
import type { Aspect, Sight } from '../sight.ts';
import { shapeOf } from './commands.ts';
import type { JudgeOf, Real } from './commands.ts';

/** Free, where there is space. */
const MANY_BLOCKS = 4000;
/** No model allows it. */
const NO_SIZE = 999;

/** `kernel`: the model that is run. */
export function fakeKernel(setup: Setup, kernel: JudgeOf): Real {
  const sizes = sizesOf(setup.blocks);
  let walk: Walk | undefined;
  let last: SeenOfAll;
  /** Outcomes taken so far: each time another one is taken. */
  let taken = 0;

  const unseen = (wanted: { size: number; blocks: string }): Found => ({
    ...wanted,
    obs: {
      size: wanted.size,
      ext: wanted.blocks,
      extents: extentsOf(wanted.blocks),
      free: 0,
      cache: Array.from({ length: sizes.pages }, () => '---').join(' '),
    },
  });

  /** One of the outcomes: each is allowed that `op`, as nothing can be seen, differs from. */
  function oneOf(op: Operation, only: readonly Aspect[]): Sight {
    const { allowed } = walk!.step(op, only);
    if (allowed.length === 0) throw new RangeError('the model allows nothing');
    return allowed[taken++ % allowed.length]!;
  }

  function run(call: Call): Sequential {
    const impossible = { ...last.obs, size: NO_SIZE };
    const asked = operation(call, { ret: '0', data: '' }, { ...last, obs: impossible });
    const sight = oneOf(asked, ASPECTS);
    last = seenIn(sight);
    const op = operation(call, sight, last);
    walk!.step(op);
    return op;
  }

  function readAtEnd(file: 0 | 1): string {
    const read = { op: 'read', file, ...last } as const;
    const { data } = oneOf({ ...read, data: '!' }, ['data']);
    walk!.step({ ...read, data }, ['data']);
    return data;
  }

  return {
    setup,
    sizes,
    begin: ({ file, second, avail = MANY_BLOCKS }) => {
      const init = { ...unseen(file), avail };
      const begun: Begun = second === undefined ? { init } : { init, init2: unseen(second) };
      const shape = shapeOf(headOf({ setup, sizes }, { mode: setup.mode, seed: 0, q: 0 }), begun);
      walk = kernel(shape).begin(shape, setup.mode === 'plain');
      last = { obs: init.obs, ...(begun.init2 ? { obs2: begun.init2.obs } : {}) };
      return begun;
    },
    run,
    end: () => {
      const end = readAtEnd(0);
      return last.obs2 === undefined ? { end } : { end, end2: readAtEnd(1) };
    },
  };
}

const extentsOf = (ext: string): number => ext.match(/([^.])\1*/g)?.length ?? 0;

interface SeenOfAll {
  readonly obs: Seen;
  readonly obs2?: Seen;
}

function seenIn(sight: Sight): SeenOfAll {
  const of = (size: string, ext: string, cache: string): Seen => ({
    size: Number(size),
    ext,
    extents: extentsOf(ext),
    free: Number(sight.free),
    cache,
  });
  const obs = of(sight.size, sight.ext, sight.cache);
  return sight.size2 === '' ? { obs } : { obs, obs2: of(sight.size2, sight.ext2, sight.cache2) };
}

/** As a session of the recorder gives it. */
function operation(
  call: Call,
  { ret, data }: Pick<Sight, 'ret' | 'data'>,
  seen: SeenOfAll,
): Sequential {
  if (call.op === 'crash') return { ...call, ...seen };
  if (call.op === 'read') return { ...call, data, ...seen };
  return { ...call, ret: ret.startsWith('-') ? ret : Number(ret), ...seen };
}
