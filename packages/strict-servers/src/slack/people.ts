import type { Ids } from './ids.js';
import type { Settings } from './settings.js';
import type { SlackPersonDetails } from './types-people.js';

/** Somebody as the workspace keeps them. */
export interface Member {
  readonly id: string;
  /** Changes with their profile. */
  details: SlackPersonDetails;
  /** Seconds since the epoch, UTC. */
  updated: number;
}

/** Who is in the workspace, in the order in which they came. */
export interface Directory {
  readonly members: readonly Member[];
  add(details: SlackPersonDetails): Member;
  change(member: Member, details: Partial<SlackPersonDetails>): void;
  get(id: string): Member | undefined;
  /** As `users.lookupByEmail` finds them: also those who are deactivated. Case does not count. */
  byEmail(email: string): Member | undefined;
  /** The first of that handle. */
  byName(name: string): Member | undefined;
}

export const emailOf = ({ name, email }: SlackPersonDetails): string | undefined =>
  email === '' ? undefined : (email ?? `${name}@example.com`);

const label = (timeZone: string, style: 'long' | 'longOffset'): string => {
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: style }).formatToParts(0);
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  } catch {
    // Slack hands on what the client of the person has set, and so does this.
    return timeZone;
  }
};

function offsetOf(timeZone: string): number {
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(label(timeZone, 'longOffset')) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60);
}

const zones = new Map<string, { readonly tz: string; readonly tz_label: string; readonly tz_offset: number }>();

// Of 50,000 people most share a time zone, and looking one up is slow.
function zoneOf(tz: string) {
  const known = zones.get(tz) ?? { tz, tz_label: label(tz, 'long'), tz_offset: offsetOf(tz) };
  zones.set(tz, known);
  return known;
}

/** A user object. https://docs.slack.dev/reference/objects/user-object */
export function userObject(
  { id, details, updated }: Member,
  { team }: Pick<Settings, 'team'>,
  shows: { readonly email: boolean; readonly locale: boolean },
): Record<string, unknown> {
  const teamId = details.teamId ?? team.id;
  const realName = details.realName ?? details.name;
  const email = emailOf(details);
  const stranger = teamId !== team.id;
  return {
    id,
    team_id: teamId,
    name: details.name,
    deleted: details.deactivated ?? false,
    // Slack shows no time zone of somebody who was deactivated.
    ...(!details.deactivated && {
      color: '9f69e7',
      real_name: realName,
      ...zoneOf(details.timeZone ?? 'America/Los_Angeles'),
    }),
    profile: {
      title: '',
      phone: '',
      real_name: realName,
      real_name_normalized: realName,
      display_name: details.displayName ?? '',
      display_name_normalized: details.displayName ?? '',
      first_name: details.firstName ?? realName.split(' ')[0],
      last_name: realName.split(' ').slice(1).join(' '),
      status_text: '',
      status_emoji: '',
      team: teamId,
      ...(shows.email && email && !details.bot && !stranger && { email }),
      ...(details.bot && { api_app_id: 'A0OTHERBOT', bot_id: `B${id.slice(1)}` }),
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: details.restricted ?? false,
    is_ultra_restricted: details.ultraRestricted ?? false,
    is_bot: details.bot ?? false,
    is_app_user: details.appUser ?? false,
    is_email_confirmed: true,
    ...(stranger && { is_stranger: true }),
    ...(team.enterpriseId &&
      !stranger && {
        enterprise_user: { id, enterprise_id: team.enterpriseId, enterprise_name: team.name, teams: [team.id] },
      }),
    ...(shows.locale && { locale: details.locale ?? 'en-US' }),
    updated,
  };
}

export function createDirectory(settings: Settings, ids: Ids): Directory {
  const members: Member[] = [];
  const byId = new Map<string, Member>();
  const emails = new Map<string, Member>();
  const names = new Map<string, Member>();
  const seconds = () => Math.floor(settings.now() / 1000);

  const index = (member: Member) => {
    const email = emailOf(member.details)?.toLowerCase();
    if (email && !emails.has(email) && !member.details.bot && !member.details.teamId) emails.set(email, member);
    if (!names.has(member.details.name)) names.set(member.details.name, member);
  };
  const unindex = (member: Member) => {
    const email = emailOf(member.details)?.toLowerCase();
    if (email && emails.get(email) === member) emails.delete(email);
    if (names.get(member.details.name) === member) names.delete(member.details.name);
  };
  const add = (details: SlackPersonDetails): Member => {
    const id = details.id ?? ids.next(settings.team.enterpriseId && !details.teamId ? 'W' : 'U');
    if (byId.has(id))
      throw new Error(`There is somebody with the id "${id}" already. Leave the id out, or choose another.`);
    const member: Member = { id, details, updated: seconds() };
    members.push(member);
    byId.set(id, member);
    index(member);
    return member;
  };

  // Slackbot is in every workspace, and `is_bot` is false: https://docs.slack.dev/reference/methods/users.list
  add({ id: 'USLACKBOT', name: 'slackbot', realName: 'Slackbot', email: '' });
  add({ id: settings.bot.userId, name: settings.bot.name, realName: 'Securitybot', email: '', bot: true });

  return {
    members,
    add,
    change(member, details) {
      const { name } = member.details;
      unindex(member);
      member.details = { ...member.details, ...details };
      member.updated = seconds();
      index(member);
      // Another one of the old handle is the first of that name now.
      const heir = members.find((other) => other.details.name === name);
      if (heir) index(heir);
    },
    get: (id) => byId.get(id),
    byEmail: (email) => emails.get(email.trim().toLowerCase()),
    byName: (name) => names.get(name),
  };
}
