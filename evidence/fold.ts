/**
 * Repetition, told once. A group of texts is folded into the one before it only where both are the
 * same but for their numbers, and each number goes on by the same amount every time; so a fold
 * hides nothing that a reader could not write down again.
 */

/** Texts [from, from + period * times): the same `period` texts, so many times. */
export interface Run {
  readonly from: number;
  readonly period: number;
  readonly times: number;
}

const PERIOD_MAX = 24;
/** Two repetitions are shown: a fold must save more than it costs. */
const TIMES_MIN = 4;

const NUMBER = /\d+/g;

interface Text {
  readonly words: string;
  readonly numbers: readonly number[];
}

const parse = (text: string): Text => ({
  words: text.replace(NUMBER, '#'),
  numbers: (text.match(NUMBER) ?? []).map(Number),
});

/** The texts in order, as runs; what repeats nothing is a run of one text, once. */
export function fold(texts: readonly string[], timesMin = TIMES_MIN): Run[] {
  const parsed = texts.map(parse);
  const runs: Run[] = [];
  for (let from = 0; from < parsed.length;) {
    let best: Run = { from, period: 1, times: 1 };
    for (let period = 1; period <= PERIOD_MAX; period++) {
      const times = repetitions(parsed, from, period);
      if (times >= timesMin && period * times > best.period * best.times) {
        best = { from, period, times };
      }
    }
    runs.push(best);
    from += best.period * best.times;
  }
  return runs;
}

/** How often the `period` texts at `from` stand one behind the other. */
function repetitions(texts: readonly Text[], from: number, period: number): number {
  let times = 1;
  for (;;) {
    const at = from + times * period;
    if (at + period > texts.length) return times;
    for (let i = at; i < at + period; i++) {
      if (!goesOn(texts[i]!, texts[i - period]!, times > 1 ? texts[i - 2 * period]! : undefined)) {
        return times;
      }
    }
    times++;
  }
}

/** Is `text` what `before` was, going on by as much as `before` went on from `earlier`? */
function goesOn(text: Text, before: Text, earlier: Text | undefined): boolean {
  if (text.words !== before.words) return false;
  if (earlier === undefined) return true;
  return text.numbers.every((n, i) => {
    const [last, first] = [before.numbers[i]!, earlier.numbers[i]!];
    return n - last === last - first;
  });
}
