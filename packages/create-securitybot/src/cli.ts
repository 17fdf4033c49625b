#!/usr/bin/env node
import { create } from './create.ts';

process.exitCode = await create(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
});
