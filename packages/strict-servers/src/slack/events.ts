import type { Delivery } from './delivery.js';
import type { Ids } from './ids.js';
import type { Settings } from './settings.js';
import type { Tokens } from './tokens.js';

/** An event on its way. */
export interface Emitted {
  /** Empty where the app does not get it. */
  readonly eventId: string;
  readonly acknowledged: Promise<void>;
}

export interface Events {
  /** Sends an event, if the app has subscribed to it and has the scope. `team`: another workspace that it comes from. */
  emit(subscription: string, event: Readonly<Record<string, unknown>>, team?: string): Emitted;
}

/** The scope an event needs. https://docs.slack.dev/reference/events */
const SCOPES: Readonly<Record<string, string>> = {
  'message.im': 'im:history',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  user_change: 'users:read',
  team_join: 'users:read',
};

export function createEvents(settings: Settings, ids: Ids, tokens: Tokens, delivery: Delivery): Events {
  const { team, bot } = settings;
  return {
    emit(subscription, event, fromTeam) {
      const scope = SCOPES[subscription];
      if (!settings.events.includes(subscription) || (scope && !tokens.has(scope))) {
        return { eventId: '', acknowledged: Promise.resolve() };
      }
      const eventId = ids.next('Ev');
      const enterprise = team.enterpriseId ?? null;
      // https://docs.slack.dev/apis/events-api#event-type-structure
      const acknowledged = delivery.event(eventId, String(event.type), {
        token: 'verification-token-of-old',
        team_id: team.id,
        context_team_id: team.id,
        context_enterprise_id: enterprise,
        ...(enterprise && { enterprise_id: enterprise }),
        api_app_id: bot.appId,
        event,
        type: 'event_callback',
        event_id: eventId,
        event_time: Math.floor(settings.now() / 1000),
        authorizations: [
          {
            enterprise_id: enterprise,
            team_id: team.id,
            user_id: bot.userId,
            is_bot: true,
            is_enterprise_install: false,
          },
        ],
        is_ext_shared_channel: fromTeam !== undefined && fromTeam !== team.id,
        event_context: `4-${eventId}`,
      });
      // Whoever does not wait for it must not fall over it.
      acknowledged.catch(() => {});
      return { eventId, acknowledged };
    },
  };
}
