/** A Chromium that is installed, for the tests of pages and for the picture of one. */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Undefined where there is none. */
export const chromiumPath: string | undefined = PLACES.find(
  (path) => path !== undefined && existsSync(path),
);

/** It asks nobody for anything: what it is shown lies in files. */
export async function launch(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  if (chromiumPath === undefined) throw new Error('no Chromium is installed; CHROMIUM names one');
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}
