import type { World } from '../world.js';

/** What all payloads of interactions have. https://docs.slack.dev/reference/interaction-payloads */
export function payloadOf({ settings, people }: World, type: string, user: string): Record<string, unknown> {
  const { team, bot } = settings;
  const details = people.get(user)?.details;
  return {
    type,
    team: { id: team.id, domain: team.domain },
    user: { id: user, username: details?.name, name: details?.name, team_id: details?.teamId ?? team.id },
    enterprise: team.enterpriseId ? { id: team.enterpriseId, name: team.name } : null,
    is_enterprise_install: false,
    api_app_id: bot.appId,
    token: 'verification-token-of-old',
  };
}
