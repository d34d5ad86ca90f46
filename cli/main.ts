#!/usr/bin/env node
/** The program `writepath`. */
import { start } from './start.ts';

await start(process.argv.slice(2));
