import type { Chat } from '@securitybot/core';
import type { Connection } from './delivery.js';
import {
  createMemoryWorkspace,
  type MemoryWorkspace,
  type MemoryWorkspaceOptions,
  type WorkspaceService,
} from './workspace.js';

export interface MemoryChat extends Chat, MemoryWorkspace {
  readonly supports: { readonly choices?: true; readonly home?: true };
  edit: NonNullable<Chat['edit']>;
  /** The provider behind it; give it to another chat to have a replica, or to restart. */
  readonly workspace: MemoryWorkspace & WorkspaceService;
  /** As `kill -9` would: nothing is finished, nothing acknowledged. */
  kill(): void;
  /** The connection is cut, and comes back at once: what was under way comes again. */
  disconnect(): void;
}

export type MemoryChatOptions = MemoryWorkspaceOptions | { readonly workspace: MemoryWorkspace & WorkspaceService };

/** A Chat in memory, with its people. */
export function createMemoryChat(options: MemoryChatOptions): MemoryChat {
  const workspace = 'workspace' in options ? options.workspace : createMemoryWorkspace(options);
  const { line } = workspace;
  let connection: Connection | undefined;
  let connect = () => {};
  return {
    ...workspace,
    name: 'memory',
    workspace,
    async start(receive) {
      await line.call('start', [], () => {
        connect = () => {
          connection = workspace.connect(receive);
        };
        connect();
      });
    },
    async stop() {
      await connection?.close();
    },
    kill() {
      connection?.cut();
    },
    disconnect() {
      connection?.cut();
      connect();
    },
    findUser: (by) => line.call('findUser', [by], () => workspace.find(by)),
    send: (to, message) => line.call('send', [to, message], () => workspace.post(to, message)),
    edit: (ref, message) => line.call('edit', [ref, message], () => workspace.replace(ref, message)),
  };
}
