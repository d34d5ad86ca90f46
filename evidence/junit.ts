/**
 * Verdicts as JUnit's XML: a suite a design, a case a promise in a scenario. It has no times and no
 * names of machines: the same input gives the same bytes.
 */
import { element, escaped } from './svg.ts';
import type { Case } from './verdicts.ts';

export function junit(cases: readonly Case[]): string {
  const designs = [...new Set(cases.map(({ design }) => design))];
  const suites = designs.map((design) =>
    suite(
      design,
      cases.filter((one) => one.design === design),
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="writepath"${numbers(cases)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(design: string, own: readonly Case[]): string {
  return [
    `  <testsuite name="${escaped(design)}"${numbers(own)} time="0">`,
    ...own.map(testcase),
    '  </testsuite>',
  ].join('\n');
}

function numbers(cases: readonly Case[]): string {
  const so = (is: Case['result']['is']) => cases.filter(({ result }) => result.is === is).length;
  return (
    ` tests="${cases.length}" failures="${so('failed')}" errors="${so('error')}" ` +
    `skipped="${so('skipped')}"`
  );
}

function testcase({ design, name, result }: Case): string {
  const given = { name, classname: design, time: 0 };
  const inside = child(result);
  return `    ${element('testcase', given, ...inside.map((xml) => ({ xml })))}`;
}

function child(result: Case['result']): string[] {
  switch (result.is) {
    case 'passed':
      return result.note === undefined ? [] : [element('system-out', {}, result.note)];
    case 'failed':
      return [
        element(
          'failure',
          { message: result.message, type: 'violated' },
          result.breach?.text ?? result.message,
        ),
      ];
    case 'skipped':
      return [element('skipped', { message: result.why })];
    case 'error':
      return [element('error', { message: result.why, type: 'error' }, result.why)];
  }
}
