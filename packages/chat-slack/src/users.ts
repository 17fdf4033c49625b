import { type ChatUser, normalise } from '@securitybot/core';
import type { Identity } from './identity.js';
import { type Json, listOf, objectOf, textOf } from './json.js';

/** Somebody as Slack knows them. */
export interface Account {
  readonly user: ChatUser;
  /** A member of the workspace of the bot, or of its organisation. */
  readonly isOurs: boolean;
  readonly isDeactivated: boolean;
  /** Whether they may be asked: a full member of ours, a person, active. */
  readonly isEligible: boolean;
}

/** Slackbot says of itself that it is no bot. */
const SLACKBOT = 'USLACKBOT';

/** Without a team it belongs nowhere. */
function belongsToUs(raw: Json, { teamId, enterpriseId }: Identity): boolean {
  if (raw.is_stranger === true) return false;
  const { enterprise_id, teams } = objectOf(raw.enterprise_user);
  if (enterpriseId !== undefined && enterprise_id === enterpriseId) return true;
  const team = textOf(raw.team_id) ?? textOf(objectOf(raw.profile).team);
  return teamId !== undefined && (team === teamId || listOf(teams).includes(teamId));
}

/**
 * A user object. https://docs.slack.dev/reference/objects/user-object (its `is_app_user` is a person who has authorised the
 * app, and says nothing here)
 */
export function readAccount(raw: Json, identity: Identity): Account | undefined {
  const id = textOf(raw.id);
  const username = textOf(raw.name);
  if (id === undefined || username === undefined) return undefined;
  const profile = objectOf(raw.profile);
  const name = textOf(profile.first_name) ?? textOf(profile.real_name) ?? textOf(raw.real_name) ?? username;
  const email = textOf(profile.email);
  const timeZone = textOf(raw.tz);
  const locale = textOf(raw.locale);
  const isBot = raw.is_bot === true || raw.is_workflow_bot === true || raw.is_connector_bot === true || id === SLACKBOT;
  const isGuest = raw.is_restricted === true || raw.is_ultra_restricted === true;
  const isDeactivated = raw.deleted === true;
  const isOurs = belongsToUs(raw, identity);
  return {
    user: {
      id,
      username,
      name,
      ...(email === undefined ? {} : { email }),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(locale === undefined ? {} : { locale }),
    },
    isOurs,
    isDeactivated,
    isEligible: isOurs && !isDeactivated && !isBot && !isGuest,
  };
}

/** As logins compare. */
export function sameText(one: string | undefined, other: string): boolean {
  return one !== undefined && normalise(one) === normalise(other);
}
