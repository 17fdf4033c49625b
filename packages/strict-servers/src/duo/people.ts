import { randomBytes } from 'node:crypto';
import type { DuoServerOptions } from './types.js';
import type { DuoDeviceDetails, DuoUserDetails, DuoUserStatus } from './types-people.js';

export type Device = Required<DuoDeviceDetails>;

/** An account as the server keeps it. */
export interface Account {
  readonly username: string;
  readonly aliases: readonly string[];
  readonly userId: string;
  status: DuoUserStatus;
  devices: readonly Device[];
  access: 'prompt' | 'allow' | 'deny';
  verifiedPush: boolean;
  /** Denials and wrong codes since the last approval. */
  failures: number;
}

/** What would become of somebody who logs in now. */
type Standing =
  | { readonly result: 'auth'; readonly account: Account }
  | { readonly result: 'allow'; readonly message: string }
  | { readonly result: 'deny'; readonly message: string; readonly status: 'deny' | 'locked_out' }
  | { readonly result: 'enroll'; readonly message: string };

/** So many upper-case letters and digits. */
export function randomId(prefix: string, length: number): string {
  const digits = [...randomBytes(length)].map((byte) => (byte % 36).toString(36));
  return prefix + digits.join('').toUpperCase();
}

function deviceOf(details: DuoDeviceDetails): Device {
  const { type = 'phone' } = details;
  const capabilities = type === 'phone' ? ['auto', 'push', 'sms', 'phone', 'mobile_otp'] : ['mobile_otp'];
  return { id: randomId('DP', 18), type, name: '', capabilities, ...details };
}

export interface People {
  add(details: DuoUserDetails): Account;
  /** By username, alias or user id. */
  find(by: { readonly username?: string; readonly userId?: string }): Account | undefined;
  change(account: Account, details: Partial<DuoUserDetails>): void;
  standing(account: Account | undefined): Standing;
  newUsers: NonNullable<DuoServerOptions['newUsers']>;
}

export function createPeople(newUsers: People['newUsers']): People {
  const accounts: Account[] = [];
  const byName = new Map<string, Account>();
  const key = (name: string) => name.toLowerCase(); // Duo's usernames do not differ by case

  const people: People = {
    newUsers,

    add({ username, aliases = [], userId = randomId('DU', 18), ...details }) {
      const names = [username, ...aliases];
      const taken = names.find((name) => name.trim() === '' || byName.has(key(name)));
      if (taken !== undefined) throw new Error(`strict Duo: the username "${taken}" is empty or taken`);
      const account: Account = {
        username,
        aliases,
        userId,
        status: 'active',
        devices: [deviceOf({})],
        access: 'prompt',
        verifiedPush: false,
        failures: 0,
      };
      people.change(account, details);
      accounts.push(account);
      for (const name of names) byName.set(key(name), account);
      return account;
    },

    find({ username, userId }) {
      return username === undefined ? accounts.find((account) => account.userId === userId) : byName.get(key(username));
    },

    change(account, { status, devices, access, verifiedPush }) {
      if (status !== undefined) account.status = status;
      if (devices !== undefined) account.devices = devices.map(deviceOf);
      if (access !== undefined) account.access = access;
      if (verifiedPush !== undefined) account.verifiedPush = verifiedPush;
    },

    standing(account) {
      if (account?.status === 'locked out') {
        const message = 'Your account has been locked out due to excessive authentication failures.';
        return { result: 'deny', status: 'locked_out', message };
      }
      if (account?.status === 'disabled' || account?.access === 'deny') {
        return {
          result: 'deny',
          status: 'deny',
          message: 'Your account is disabled and cannot access this application.',
        };
      }
      if (account?.status === 'bypass') return { result: 'allow', message: 'Account is bypassed' };
      if (account?.access === 'allow') return { result: 'allow', message: 'Trusted network or remembered device' };
      if (account && account.devices.length > 0) return { result: 'auth', account };
      if (people.newUsers === 'allow') return { result: 'allow', message: 'Allowing unknown user' };
      if (people.newUsers === 'deny') return { result: 'deny', status: 'deny', message: 'Access is denied.' };
      return { result: 'enroll', message: 'Enroll an authentication device to proceed' };
    },
  };
  return people;
}
