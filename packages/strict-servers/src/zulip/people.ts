import type { ZulipPersonDetails } from './types-people.js';

/** Somebody as the organization keeps them. */
export interface Member {
  readonly id: number;
  /** Changes with their profile. */
  details: ZulipPersonDetails;
}

/** Who is in the organization, in the order in which they came. */
export interface Directory {
  readonly members: readonly Member[];
  /** Throws an Error for an id or an address that is taken. */
  add(details: ZulipPersonDetails): Member;
  change(member: Member, details: Partial<ZulipPersonDetails>): void;
  get(id: number): Member | undefined;
  /** By the real address; case does not count. */
  byEmail(email: string): Member | undefined;
}

// https://zulip.com/api/roles-and-permissions
const ROLES = { owner: 100, administrator: 200, moderator: 300, member: 400, guest: 600 } as const;
/** Of the addresses that stand for those that are hidden. */
const DUMMY_DOMAIN = 'zulip.example.com';

export const emailOf = ({ details }: Member) => details.email ?? `${details.name}@example.com`;
export const nameOf = ({ details }: Member) => details.fullName ?? details.name;

/** What the API calls somebody: the real address, or one made up where that is hidden. */
export const apiEmailOf = (member: Member) =>
  member.details.hidesEmail ? `user${member.id}@${DUMMY_DOMAIN}` : emailOf(member);

/** The id in an address that was made up. */
export function idInDummy(email: string): number | undefined {
  const [, id] = /^user(\d+)@(.+)$/u.exec(email) ?? [];
  return id !== undefined && email.endsWith(`@${DUMMY_DOMAIN}`) ? Number(id) : undefined;
}

/** https://zulip.com/api/get-user */
export function userObject(member: Member): Record<string, unknown> {
  const { id, details } = member;
  const role = ROLES[details.role ?? 'member'];
  return {
    user_id: id,
    email: apiEmailOf(member),
    delivery_email: details.hidesEmail ? null : emailOf(member),
    full_name: nameOf(member),
    date_joined: '2024-01-01T00:00:00+00:00',
    is_active: !details.deactivated,
    is_owner: role === 100,
    is_admin: role <= 200,
    is_guest: role === 600,
    is_bot: details.bot ?? false,
    ...(details.bot && { bot_type: 1, bot_owner_id: null }),
    role,
    timezone: details.timeZone ?? '',
    avatar_url: null,
    avatar_version: 1,
  };
}

export function createDirectory(): Directory {
  const members: Member[] = [];
  const byId = new Map<number, Member>();
  const byEmail = (email: string) =>
    members.find((member) => emailOf(member).toLowerCase() === email.trim().toLowerCase());
  return {
    members,
    add(details) {
      const id = details.id ?? Math.max(7, ...byId.keys()) + 1;
      const member: Member = { id, details };
      if (byId.has(id)) throw new Error(`There is somebody with the id ${id} already. Leave the id out.`);
      if (byEmail(emailOf(member))) throw new Error(`The address ${emailOf(member)} is taken. Choose another.`);
      members.push(member);
      byId.set(id, member);
      return member;
    },
    change(member, details) {
      member.details = { ...member.details, ...details };
    },
    get: (id) => byId.get(id),
    byEmail,
  };
}
