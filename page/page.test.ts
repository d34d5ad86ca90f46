/** The page in a browser: keys, links, branches, and the same verdicts as the command line. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { savePage } from '../cli/page.ts';
import { chosenNames } from '../evidence/trace.ts';
import { newDesign } from '../library/new.ts';
import { DESIGNS } from '../model/designs/all.ts';
import { prepare } from '../runs/check.ts';
import { Stepper } from '../runs/stepper.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { chromiumPath, launch } from './browser.ts';
import { scriptOf } from './bundle.ts';
import type { PageData } from './data.ts';

// As it was built: its threads run what was built, too.
const PROGRAM = new URL('../dist/cli/program.js', import.meta.url).href;
const { run } = (await import(PROGRAM)) as typeof import('../cli/program.ts');

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
const at = (name: string) => join(folder, name);

async function writepath(...line: readonly string[]) {
  let [out, err] = ['', ''];
  const io: Parameters<typeof run>[1] = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    stop: new AbortController().signal,
  };
  return { code: await run(line, io), out, err };
}

const DESIGN = 'page-at-a-time';
const SCENARIO = 'disk-write-fails';
const PROPERTY = 'no-stale-data';
/** A scenario of a hundred states, which many designs hold. */
const SMALL = 'enospc-on-the-17th-page';
/** A small one in which a file grows. */
const GROWS = 'short-copy-then-error';
const BROKEN = ['check', DESIGN, '--scenario', SCENARIO, '--property', PROPERTY];

/** A design of a user's own, with a promise beside it. */
const OWN = `${newDesign('mine', readFileSync(join(root, 'model/designs/example.ts'), 'utf8'))}
export const small = {
  name: 'i-size-stays-small', short: 'small', promise: 'no file grows beyond 2 cells',
  premise: () => true,
  violated: (o: any) => o.s.inode[0].i_size > 2,
  explain: (o: any) => ({ expected: '2', found: String(o.s.inode[0].i_size), where: 'i_size' }),
};
`;

const SAVE = ['--save', at('trace.json')];

let text = '';
let html = '';
let data: PageData;

beforeAll(async () => {
  ({ out: text } = await writepath(...BROKEN, '--html', at('page.html'), ...SAVE));
  html = readFileSync(at('page.html'), 'utf8');
  data = JSON.parse(/id="data">(.*?)<\/script>/.exec(html)![1]!) as PageData;
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('as a file', () => {
  test('one file, under 500 kB, that names no other and no place on this machine', () => {
    expect(html.length).toBeLessThan(500_000);
    expect(Buffer.byteLength(html)).toBe(html.length);
    // What stands in it outside of its one script.
    const markup = html.replace(/<script>[\s\S]*<\/script>/, '');
    expect(markup).not.toMatch(/<(?:img|iframe|object|embed|base)\b|\ssrc=|\sstyle=|\son\w+="/i);
    expect([...markup.matchAll(/\shref="([^"]*)"/g)].map(([, href]) => href)).toEqual(['data:,']);
    expect([root, tmpdir()].filter((place) => html.includes(place))).toEqual([]);
  });

  test('the policy names the hashes of what is in it, and allows nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    const parts = [...html.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)];
    expect(parts.map(([, kind]) => kind)).toEqual(['style', 'script']);
    for (const [, kind, code] of parts) {
      const hash = createHash('sha256').update(code!).digest('base64');
      expect(policy).toContain(`${kind}-src 'sha256-${hash}';`);
    }
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toContain('unsafe');
  });

  test('what the terminal shows stands in it as text', () => {
    const [, pre] = /<pre[^>]*>([\s\S]*?)<\/pre>/.exec(html)!;
    const plain = pre!.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"');
    expect(plain.replaceAll('&amp;', '&')).toBe(text);
  });

  test('the same bytes twice; whole or not at all', async () => {
    await writepath(...BROKEN, '--html', at('again.html'));
    expect(readFileSync(at('again.html'), 'utf8')).toBe(html);
    const { code, err } = await writepath(...BROKEN, '--html', at('none/page.html'));
    expect([code, err]).toEqual([2, expect.stringContaining('no such file or directory')]);
  });

  test('a file that --save wrote makes the same page, but for what is known of it', async () => {
    await writepath('replay', at('trace.json'), '--html', at('replayed.html'));
    const other = /id="data">(.*?)<\/script>/.exec(readFileSync(at('replayed.html'), 'utf8'))![1]!;
    const { inevitable, properties, ...same } = JSON.parse(other) as PageData;
    expect(inevitable).toBeNull();
    expect(properties).toContain('no-deadlock');
    expect(data).toMatchObject(same);
  });

  test('the file of a design that needs a search has none, and is told why', async () => {
    const index = new URL('../dist/library/index.js', import.meta.url).href;
    const code = `import { check } from '${index}'; export const mine = [check];`;
    const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
    await expect(scriptOf([url])).rejects.toThrow("a page has no check() of 'writepath' in it");
  });

  test('where nothing is broken in several runs there is none, and that is said', async () => {
    let said = '';
    const io = { err: (line: string) => (said += line) } as unknown as Parameters<typeof run>[1];
    await savePage(at('no.html'), undefined, { listed: '', outside: [] }, io);
    expect(said).toMatch(/there is no counterexample, so .*no.html is not written/);
    expect(existsSync(at('no.html'))).toBe(false);
  });
});

/** What the machine that searches has of each state along the trace. */
function packed() {
  const design = DESIGNS.find(({ name }) => name === DESIGN)!;
  const { system, ...made } = prepare(
    design,
    SCENARIOS.find(({ name }) => name === SCENARIO)!,
  );
  const stepper = new Stepper({ ...made, system });
  const { struct } = system;
  const seen = (words: readonly string[]) => ({
    words,
    broken: stepper.broken().map(({ name }) => name),
    fields: struct.places
      .filter((place) => struct.get(stepper.state, place) !== 0)
      .map((place) => `${place.name}=${struct.text(stepper.state, place)}`),
  });
  const start = seen(['At the start']);
  const others = data.steps.map(({ task, chosen }, i) => {
    const option = stepper
      .options()
      .find(({ told }) => told.task === task && chosenNames(told.step).join() === chosen.join());
    const { step, changes, faults } = option!.told;
    stepper.take(option!.action);
    const head = `Step ${i + 1} of ${data.steps.length}, ${task}, ${step.label}`;
    return seen([head, step.said, ...faults.map((name) => `fault ${name}`), ...changes]);
  });
  return [start, ...others];
}

/** What the page shows now. */
const SHOWN = `(() => {
  const all = (query) => [...document.querySelectorAll(query)];
  return {
    said: document.getElementById('said').textContent,
    broken: all('#promises .broken').map((one) => one.dataset.promise),
    fields: all('#fields tr').map(({ cells }) => cells[0].textContent + '=' + cells[1].textContent),
    step: all('[aria-current=step]').map((one) => one.dataset.step).join(),
    hash: location.hash,
  };
})()`;

interface Shown {
  readonly said: string;
  readonly broken: readonly string[];
  readonly fields: readonly string[];
  readonly step: string;
  readonly hash: string;
}

const shown = (page: Page) => page.evaluate<Shown>(SHOWN);
const address = (name: string, fragment = '') => `${pathToFileURL(at(name)).href}${fragment}`;

const where =
  chromiumPath === undefined
    ? 'in a browser: left out, no Chromium is installed (CHROMIUM may name one)'
    : 'in a browser';

describe.skipIf(chromiumPath === undefined)(where, () => {
  let browser: Browser;
  let page: Page;
  /** What the console said, what went wrong, and what was asked for beside the page. */
  const noise: string[] = [];

  beforeAll(async () => {
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => noise.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) noise.push(request.url());
    });
    await page.goto(address('page.html'));
  });
  afterAll(() => browser?.close());

  test('it opens where the promise is broken, the same as on the command line', async () => {
    const { broken, step, said } = await shown(page);
    expect(broken[0]).toBe(PROPERTY);
    expect(text).toContain(`breaks ${PROPERTY} `);
    expect(step).toBe(String(data.steps.length));
    expect(said).toContain(`BROKEN: ${PROPERTY}`);
    const found = await page.locator(`[data-promise=${PROPERTY}] dd`).allTextContents();
    expect(found).toContain('a read now returns STALE');
    expect(await page.locator('#again').textContent()).toContain('each as it was recorded');
  });

  test('keys; and every state is the one that the search had, with the same verdicts', async () => {
    await page.keyboard.press('Home');
    for (const [i, { words, broken, fields }] of packed().entries()) {
      if (i > 0) await page.keyboard.press(['ArrowRight', 'n', 'j'][i % 3]!);
      const now = await shown(page);
      expect([now.step, now.hash]).toEqual([String(i), `#step-${i}`]);
      for (const word of words) expect(now.said).toContain(word);
      expect(now.broken.toSorted()).toEqual(broken.toSorted());
      const names = new Set(fields.map((field) => field.split('=')[0]));
      expect(now.fields.filter((field) => names.has(field.split('=')[0]))).toEqual(fields);
    }
    for (const [key, step] of [
      ['k', -1],
      ['p', -2],
      ['ArrowLeft', -3],
      ['End', 0],
    ] as const) {
      await page.keyboard.press(key);
      expect((await shown(page)).step).toBe(String(data.steps.length + step));
    }
  });

  test('what else could have happened, by click and by key; a link leads there again', async () => {
    await page.goto(address('page.html', '#step-9'));
    // The I/O ends well.
    await page.locator('.way', { hasText: 'bio_endio: page 0' }).first().click();
    await page.keyboard.press('1');
    const there = await shown(page);
    expect(there.hash).toMatch(/^#step-9\/\d\.1$/);
    expect(there.said).toContain('Step 11 of 11, off the recorded trace');
    expect(await page.locator('li.branch').count()).toBe(2);
    await page.reload();
    expect(await shown(page)).toEqual(there);
    await page.keyboard.press('b');
    expect((await shown(page)).hash).toBe('#step-9');
    expect(await page.locator('.step').count()).toBe(data.steps.length + 1);
    // A link that is followed within the page, and one that names nothing.
    await page.evaluate(`location.hash = '${there.hash}'`);
    await page.waitForFunction(`document.querySelectorAll('li.branch').length === 2`);
    await page.evaluate(`location.hash = '#step-9/99'`);
    await page.waitForFunction(`location.hash === '${there.hash}'`);
  });

  test('a screen reader has names, the step that is shown, and each step read', async () => {
    await page.goto(address('page.html', '#step-10'));
    const status = page.getByRole('status');
    expect(await status.getAttribute('aria-live')).toBe('polite');
    expect(await status.textContent()).toContain('fault write-eio=-EIO');
    await page.getByRole('button', { name: 'One step back' }).click();
    expect(await status.textContent()).toContain('Step 9 of');
    const unnamed = await page.evaluate(
      `[...document.querySelectorAll('button')].filter((one) =>
        (one.getAttribute('aria-label') ?? one.textContent).trim() === '').length`,
    );
    expect(unnamed).toBe(0);
    for (const name of ['Steps', 'State after this step', 'Tasks and locks', 'What can happen']) {
      expect(await page.getByRole('heading', { name }).count()).toBe(1);
    }
    expect(await page.getByRole('img', { name: 'holds w1, w1' }).count()).toBeGreaterThan(0);
    // Reached and taken without a pointer.
    await page.locator('.way').first().focus();
    await page.keyboard.press('Enter');
    expect(await status.textContent()).toContain('Step 10 of');
  });

  test('dark, narrow, printed', async () => {
    await page.goto(address('page.html', '#step-2'));
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paper()).toBe('rgb(20, 23, 27)');
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.emulateMedia({ media: 'print' });
    expect(await paper()).toBe('rgb(255, 255, 255)');
    const [all, seen] = await page.evaluate<[number, number]>(
      `(({ scrollHeight, clientHeight }) => [scrollHeight, clientHeight])(
        document.querySelector('.steps'))`,
    );
    expect(all - seen).toBeLessThan(2);
    expect(await page.locator('#controls').isVisible()).toBe(false);
    expect(await page.locator('pre').isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  });

  test('nothing was asked for, and nothing was wrong; what is put in does not run', async () => {
    expect(noise).toEqual([]);
    const ran = await page.evaluate(`(() => {
      const script = document.createElement('script');
      script.append(document.createTextNode('globalThis.ran = true'));
      try { document.body.append(script); } catch {}
      try { setTimeout('globalThis.ran = true'); } catch {}
      try { document.body.innerHTML += '<p>'; globalThis.ran = true; } catch {}
      const image = document.createElement('img');
      image.src = 'file:///none.png';
      document.body.append(image);
      return new Promise((end) => setTimeout(() => end(globalThis.ran ?? false), 20));
    })()`);
    expect(ran).toBe(false);
    expect(noise.join('\n')).toContain('Content Security Policy');
    noise.length = 0;
  });

  test("a design of a user's own, a promise of his own; and one that holds", async () => {
    writeFileSync(at('mine.ts'), OWN);
    const asked = ['check', at('mine.ts'), '--html', at('mine.html'), '--scenario'];
    const { code } = await writepath(...asked, GROWS, '--property', 'i-size-stays-small');
    expect(code).toBe(1);
    await page.goto(address('mine.html'));
    expect((await shown(page)).broken).toEqual(['i-size-stays-small']);
    const kept = await writepath(...asked, SMALL, '--property', 'no-deadlock');
    expect(kept.code).toBe(0);
    await page.goto(address('mine.html', '#step-0'));
    await page.reload();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('mine holds');
    expect((await shown(page)).broken).toEqual([]);
    expect(await page.locator('.step').count()).toBeGreaterThan(5);
    expect(noise).toEqual([]);
  });
});
