/** `npm run picture`: a picture of a page for the README, as Chromium shows it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launch } from '../page/browser.ts';
import { VIOLATED } from './exit.ts';
import { processIo } from './io.ts';
import { packed } from './png.ts';
import { run } from './program.ts';

const PICTURE = fileURLToPath(new URL('../../page/picture.png', import.meta.url));
/** Data in the cache, something else on disk, and the write of it about to fail. */
const STEP = '#step-9';

const folder = mkdtempSync(join(tmpdir(), 'writepath-'));
const page = join(folder, 'page.html');
const line = 'check page-at-a-time --scenario disk-write-fails --property no-stale-data --html';
const io = { ...processIo(), out: () => undefined };
const code = await run([...line.split(' '), page], io);
if (code !== VIOLATED) throw new Error(`exit code ${code}, where a promise is broken`);
const browser = await launch();
try {
  const shown = await browser.newPage({
    viewport: { width: 1200, height: 1080 },
    colorScheme: 'light',
  });
  await shown.goto(pathToFileURL(page).href + STEP);
  writeFileSync(PICTURE, packed(await shown.screenshot()));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
