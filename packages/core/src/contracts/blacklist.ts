import type { Severity } from './alert.js';

/** An opt-out ("do not write to me") where `title` is absent; a mute ("do not ask about this title until …") where it is given. */
export interface BlacklistEntry {
  /** Login, trimmed and in lower case. */
  readonly username: string;
  readonly title?: string;
  /** Why; shown to the security team. */
  readonly reason: string;
  /** When a mute ends: ms since the epoch, UTC. */
  readonly until?: number;
  /** A mute covers only alerts first seen after this: ms since the epoch, UTC. Absent: all. */
  readonly since?: number;
  /** A mute covers nothing more severe. Absent: everything. */
  readonly maxSeverity?: Severity;
}

/** Opt-outs and mutes. */
export interface Blacklist {
  readonly name: string;
  /** What stands against asking that login about that title: the opt-out before a mute, a mute only while `until` is after `now`. Logins and titles compare trimmed and in lower case. */
  find(query: {
    readonly username: string;
    readonly title: string;
    readonly now: Date;
  }): Promise<BlacklistEntry | undefined>;
  /** Adds an entry; doing so twice is a no-op. A mute without an end is a PluginError (`REJECTED`). Of two mutes of one login and title the later end wins, as a whole. */
  put(entry: BlacklistEntry): Promise<void>;
  /** Removes the opt-out, or, with a title, the mute. @returns false when there was none. */
  remove(key: { readonly username: string; readonly title?: string }): Promise<boolean>;
}
