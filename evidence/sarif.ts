/**
 * Counterexamples as SARIF 2.1.0: a rule is a promise, a result is at the row of the last step, and
 * its code flow goes through the rows of all steps. Only what is broken is a result.
 */
import type { Log, PhysicalLocation, ReportingDescriptor, Result, Run } from 'sarif';
import { sha256 } from './digest.ts';
import { VERSION } from './version.ts';
import type { Breaking, Case } from './verdicts.ts';

const ROOT = '%SRCROOT%';

export function sarif(cases: readonly Case[]): string {
  const broken = cases.flatMap(({ result, ...one }) =>
    result.is === 'failed' && result.breach !== undefined
      ? [{ ...one, property: one.property!, message: result.message, breach: result.breach }]
      : [],
  );
  const rules = [...new Map(broken.map((one) => [one.property, ruleOf(one)])).values()];
  const run: Run = {
    tool: {
      driver: { name: 'writepath', version: VERSION, semanticVersion: VERSION, rules },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [ROOT]: { description: { text: 'the root of the sources' } } },
    results: broken.map((one) => resultOf(one, rules)),
  };
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

interface Broken extends Omit<Case, 'result' | 'property'> {
  readonly property: string;
  readonly message: string;
  readonly breach: Breaking;
}

const ruleOf = ({ property, breach }: Broken): ReportingDescriptor => ({
  id: property,
  name: pascal(property),
  shortDescription: { text: breach.promise },
  defaultConfiguration: { level: 'error' },
});

/** As readers of SARIF want names: `no-stale-data` is `NoStaleData`. */
const pascal = (name: string): string =>
  name.replace(/(?:^|[^A-Za-z0-9]+)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function resultOf(broken: Broken, rules: readonly ReportingDescriptor[]): Result {
  const { design, scenario, property, message, breach } = broken;
  const key = [design, scenario, property].join('\n');
  const physical = physicalOf(breach.place);
  return {
    ruleId: property,
    ruleIndex: rules.findIndex(({ id }) => id === property),
    level: 'error',
    message: { text: `${design} breaks ${property} in ${scenario}: ${message}` },
    locations: [{ ...physical, logicalLocations: [{ name: design, kind: 'module' }] }],
    partialFingerprints: { 'writepath/v1': sha256(key, 16) },
    codeFlows: [{ threadFlows: [{ locations: flowOf(breach) }] }],
  };
}

/** A location a step. Tasks take turns: all are in one flow, and each step says whose it is. */
const flowOf = ({ trace }: Breaking) =>
  trace.map(({ task, row, said, place }, i) => ({
    executionOrder: i + 1,
    location: {
      ...physicalOf(place ?? null),
      logicalLocations: [{ name: row, fullyQualifiedName: `${task}.${row}`, kind: 'function' }],
      message: { text: `${task} ${row}${said === '' ? '' : `: ${said}`}` },
    },
  }));

function physicalOf(place: string | null): { physicalLocation?: PhysicalLocation } {
  const [, file, line] = /^(.*):(\d+)$/.exec(place ?? '') ?? [];
  if (file === undefined) return {};
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(file), uriBaseId: ROOT },
      region: { startLine: Number(line) },
    },
  };
}
