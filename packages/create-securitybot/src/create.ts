import { relative, resolve } from 'node:path';
import { cancel, intro, note, outro } from '@clack/prompts';
import { type Answers, ask, assume, type Streams } from './ask.ts';
import { KINDS, variablesOf } from './catalogue.ts';
import { type Flags, HELP, readFlags } from './flags.ts';
import { VERSION } from './manifest.ts';
import { projectFiles, writeProject } from './project.ts';

export interface Io extends Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether somebody is there to be asked. */
  readonly isInteractive: boolean;
}

/** A path as somebody here would type it. */
function near(folder: string): string {
  const path = relative('', folder) || '.';
  return path.startsWith('..') ? resolve(folder) : path;
}

function nextSteps({ folder, choices }: Answers): string {
  const needsEnv = variablesOf(choices).some(({ optional }) => !optional);
  const steps = [`cd ${near(folder)}`, 'npm install', ...(needsEnv ? ['cp .env.example .env   # and fill it in'] : [])];
  return [...steps, 'npm start', 'npm test'].join('\n');
}

function isAllSaid({ folder, choices }: Flags): boolean {
  return folder !== undefined && KINDS.every((kind) => choices[kind] !== undefined);
}

async function make(answers: Answers): Promise<void> {
  await writeProject(answers.folder, projectFiles(answers.folder, answers.choices));
}

async function interview(flags: Flags, { input, output }: Streams): Promise<number> {
  const streams = { ...(input && { input }), ...(output && { output }) };
  intro('create-securitybot', streams);
  const answers = await ask(flags, streams);
  if (!answers) {
    cancel('Nothing was written.', streams);
    return 130;
  }
  await make(answers);
  note(nextSteps(answers), 'Next', streams);
  outro(`${answers.folder} is there. Its README.md says the rest.`, streams);
  return 0;
}

/** @returns what the process is to end with: 0 done, 1 failed, 2 wrong usage, 130 called off. */
export async function create(args: readonly string[], io: Io): Promise<number> {
  let flags: Flags;
  try {
    flags = readFlags(args);
  } catch (error) {
    io.err(`${(error as Error).message}\n(--help says more)\n`);
    return 2;
  }
  if (flags.help || flags.version) {
    io.out(`${flags.help ? HELP : VERSION}\n`);
    return 0;
  }
  try {
    if (flags.yes || isAllSaid(flags)) {
      const answers = assume(flags);
      await make(answers);
      io.out(`${answers.folder} is there. Next:\n\n${nextSteps(answers)}\n`);
      return 0;
    }
    if (io.isInteractive) return await interview(flags, io);
    io.err('Nobody is there to be asked. Say it by flags, and --yes for the rest.\n\n');
    io.err(`${HELP}\n`);
    return 2;
  } catch (error) {
    io.err(`${(error as Error).message}\n`);
    return 1;
  }
}
