/** `--junit` and `--tap` of a matrix: verdicts one by one, for those who count tests. */
import { junit } from '../evidence/junit.ts';
import { tap } from '../evidence/tap.ts';
import type { Case } from '../evidence/verdicts.ts';
import { UsageError } from './exit.ts';
import { refuseUnwritable, save } from './save.ts';

export interface CaseForms {
  readonly junit?: string;
  readonly tap?: string;
}

/** Before anything runs. */
export function refuseCases(forms: CaseForms & { readonly html?: string }): void {
  const files = [forms.junit, forms.tap].filter((file) => file !== undefined);
  files.forEach(refuseUnwritable);
  const all = forms.html === undefined ? files : [...files, forms.html];
  const twice = all.find((file, i) => all.indexOf(file) < i);
  if (twice !== undefined) throw new UsageError(`two forms would be written to ${twice}`);
}

export function writeCases(forms: CaseForms, cases: () => readonly Case[]): void {
  if (forms.junit !== undefined) save(forms.junit, junit(cases()));
  if (forms.tap !== undefined) save(forms.tap, tap(cases()));
}
