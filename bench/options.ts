/** The command line of the bench. */

export interface Options {
  readonly json: boolean;
  readonly write: boolean;
  readonly all: boolean;
  readonly help: boolean;
  readonly rounds: number;
  readonly before: string;
  /** Words that the name of a figure must have. */
  readonly only: readonly string[];
  readonly c: string | undefined;
}

/** Before rows and promises were learned, and anything was played back. */
export const BEFORE = 'f342cf1';
const ROUNDS = 3;
const ROUNDS_MAX = 99;

const FLAGS = ['json', 'write', 'all', 'help'] as const;
const WITH_VALUE = ['rounds', 'before', 'only', 'c'] as const;

const EVERY = '--json, --write, --rounds N, --all, --before COMMIT, --only WORDS, --c PATH, --help';

export const USAGE = `usage: npm run bench [-- options]

Measures this checker beside SPIN on the same state spaces, and beside itself as it was: processes
of their own, all sides in turn, and the medians of pairs. Times are user and system time of whole
processes, but where a figure says wall. Takes some minutes a round. Exit code 1: a mark was not
met, or a figure is void.

  --rounds N       ${ROUNDS} by default
  --only WORDS     only figures whose name has these words
  --before COMMIT  the version before; ${BEFORE} by default
  --c PATH         a C program that searches the reference space L, as a binary or a .c file; it
                   prints states=N, and transitions=N if it counts them
  --all            also what takes minutes: the matrix; with --write also what makes states differ
  --json           an object a line
  --write          writes bench/RESULTS.md, and measures and draws bench/*.svg
`;

const isOneOf = <T extends string>(names: readonly T[], name: string): name is T =>
  (names as readonly string[]).includes(name);

/** A string: what is wrong, in a line. */
export function parse(given: readonly string[]): Options | string {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  for (let i = 0; i < given.length; i++) {
    const [, name = '', inline] = /^--([a-z]+)(?:=(.*))?$/s.exec(given[i]!) ?? [];
    if (isOneOf(FLAGS, name) && inline === undefined) flags.add(name);
    else if (isOneOf(WITH_VALUE, name)) {
      const value = inline ?? given[++i];
      if (value === undefined || value === '') return `--${name} wants a value`;
      values.set(name, value);
    } else return `unknown argument ${JSON.stringify(given[i])}; there are ${EVERY}`;
  }
  const rounds = values.get('rounds') ?? `${ROUNDS}`;
  if (!/^[1-9]\d?$/.test(rounds)) return `--rounds wants a number from 1 to ${ROUNDS_MAX}`;
  const before = values.get('before') ?? BEFORE;
  // Nothing that git or a shell could take for an option.
  if (!/^\w[\w./~^-]*$/.test(before)) return '--before wants a commit';
  const only = (values.get('only') ?? '').split(/\s+/).filter((word) => word !== '');
  if (values.has('only') && only.length === 0) return '--only wants words';
  if (only.length > 0 && flags.has('write')) return '--write is of all figures, not with --only';
  return {
    json: flags.has('json'),
    write: flags.has('write'),
    all: flags.has('all'),
    help: flags.has('help'),
    rounds: Number(rounds),
    before,
    only,
    c: values.get('c'),
  };
}
