/**
 * Whether parts of a run belong together: what they were run by, and what they were asked. Nothing
 * is run for it.
 */
import { readFileSync } from 'node:fs';
import { sha256 } from '../evidence/digest.ts';
import { DEFAULT_LIMITS } from '../runs/check.ts';
import { RECORDED } from '../runs/recorded.ts';
import { setupOf } from '../runs/scenario.ts';
import type { Modules } from './catalog.ts';
import { UsageError } from './exit.ts';
import type { Pair } from './select.ts';
import { STAMP } from './stale.ts';

const DIGITS = 16;

/**
 * Of all sources, as the build has stamped them; of what is on record; and of what was asked, as
 * far as its functions can be read: what comes from another module is in no stamp. A change that no
 * result depends on changes it, too: that costs a run, and the other mistake costs a wrong answer.
 */
export function buildDigest(asked: readonly Pair[], { outside }: Modules): string {
  const all = [
    new Set(asked.map(({ design }) => design)),
    new Set(asked.map(({ scenario }) => scenario)),
    new Set(asked.flatMap(({ properties }) => properties)),
  ].flatMap((each) => [...each]);
  const texts = JSON.stringify(all, (_, value: unknown) =>
    typeof value === 'function' ? Function.prototype.toString.call(value) : value,
  );
  // Of files of the user the modules have all: also what no exported function shows.
  return sha256(JSON.stringify([stamp(), textOf(RECORDED), texts, outside]), DIGITS);
}

/** The program is in dist/cli/. */
function stamp(): string {
  const found = textOf(new URL(`../../${STAMP}`, import.meta.url));
  if (found !== '') return found;
  throw new UsageError('dist/ does not say what it was built from: run npm run build');
}

function textOf(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Of the questions in order: names, promises, and the bounds of each. */
export const questionsDigest = (asked: readonly Pair[]): string =>
  sha256(
    JSON.stringify([
      DEFAULT_LIMITS,
      asked.map(({ design, scenario, properties }) => [
        design.name,
        scenario.name,
        properties.map(({ name }) => name),
        setupOf(scenario, design, {}),
      ]),
    ]),
    DIGITS,
  );
