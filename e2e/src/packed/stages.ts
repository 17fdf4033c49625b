import { createDuoServer, createSlackServer, createZulipServer } from '@securitybot/strict-servers';
import { duoEnvironment, slackEnvironment, zulipEnvironment } from '../environment.ts';
import type { Running } from '../process.ts';
import { passkeyStage } from './passkeys.ts';

/** A project in its folder. */
interface Made {
  readonly cwd: string;
  /** SECURITYBOT_DATABASE_URL */
  readonly database: string;
}

/** A chat with ann in it, as a project meets it. */
export interface ChatStage {
  /** What the project reads from its `.env`. */
  readonly env: Readonly<Record<string, string>>;
  says(text: string, project: Running): void;
  /** Waits until the bot has written that to ann. @returns the message, with the addresses of its links. */
  reads(text: string, project: Running): Promise<string>;
  close(): Promise<void>;
}

/** How ann proves it. */
export interface AuthStage {
  readonly env: Readonly<Record<string, string>>;
  /** Once the project runs: ann has a second factor. */
  enrols?(project: Made): Promise<void>;
  approves(project: Running, people: ChatStage): Promise<unknown>;
  close(): Promise<void>;
}

const nothing = async () => {};
const seen = ({ text, links }: { readonly text: string; readonly links: readonly string[] }) =>
  [text, ...links].join('\n');
const patience = { timeoutMs: 60_000 };
const ANN = { name: 'ann', email: 'ann@example.com' };
const REPORTING = { SECURITYBOT_EMAIL_DOMAIN: 'example.com' };

/** Every chat that can be chosen. */
export const CHATS: Readonly<Record<string, () => Promise<ChatStage>>> = {
  terminal: async () => ({
    env: { SECURITYBOT_TERMINAL_USER: 'ann' },
    says: (text, project) => project.type(`${text}\n`),
    async reads(text, project) {
      await project.shows(text);
      return project.stdout();
    },
    close: nothing,
  }),
  async slack() {
    const server = await createSlackServer({ limits: false });
    const ann = server.addPerson(ANN);
    server.addChannel('security');
    return {
      env: {
        ...slackEnvironment(server),
        SECURITYBOT_REPORTING_CHANNEL: '#security',
        ...REPORTING,
      },
      says: (text) => void ann.types(text).acknowledged.catch(() => {}),
      reads: async (text) => seen(await ann.awaits(text, patience)),
      close: server.close,
    };
  },
  async zulip() {
    const server = await createZulipServer({ times: { patienceMs: patience.timeoutMs } });
    const ann = server.addPerson(ANN);
    server.addChannel('security');
    return {
      env: {
        ...zulipEnvironment(server),
        SECURITYBOT_REPORTING_CHANNEL: 'security>alerts',
        ...REPORTING,
      },
      says: (text) => void ann.types(text),
      reads: async (text) => seen(await ann.awaits(text)),
      close: server.close,
    };
  },
};

/** Every second factor that can be chosen. */
export const AUTHS: Readonly<Record<string, () => Promise<AuthStage>>> = {
  demo: async () => ({
    env: { SECURITYBOT_DEMO_AUTH: '1', SECURITYBOT_TERMINAL_USER: 'ann' },
    async approves(project) {
      await project.shows('[phone, demo] push for ann');
      project.type('approve\n');
    },
    close: nothing,
  }),
  async duo() {
    const server = await createDuoServer();
    const ann = server.addUser('ann');
    return {
      env: duoEnvironment(server),
      async approves() {
        await ann.awaitsPrompt(patience);
        await ann.approves();
      },
      close: server.close,
    };
  },
  webauthn: passkeyStage,
};
