import type { Limits } from './limits.js';
import type { Orders } from './orders.js';
import type { SlackFaults } from './types-faults.js';
import type { WebApi } from './web-api.js';
import type { World } from './world.js';

export function createFaults(
  { delivery, settings, socket, tokens }: World,
  parts: { readonly orders: Orders; readonly limits: Limits; readonly webApi: WebApi },
  power: Pick<SlackFaults, 'goDown' | 'comeUp'>,
): SlackFaults {
  const { orders, limits, webApi } = parts;
  return {
    rateLimit({ retryAfter = 1, ...scope }) {
      orders.add({ kind: 'limit', seconds: retryAfter }, scope);
    },
    answer(how, scope = {}) {
      orders.add({ kind: 'answer', how, done: scope.done ?? false }, scope);
    },
    fail(error, scope = {}) {
      orders.add({ kind: 'error', error, done: scope.done ?? false }, scope);
    },
    delay: webApi.delay,
    mend() {
      orders.clear();
      limits.forget();
      webApi.delay(0);
      socket.thaw();
    },
    ...power,

    disconnect: socket.disconnect,
    dropConnections: socket.drop,
    freezeConnections: socket.freeze,
    sendFrame(frame, connection) {
      const chosen = socket.choose(({ id }) => connection === undefined || id === connection);
      if (!chosen)
        throw new Error(`No connection ${connection ?? ''} is open to send that frame to. Start the app first.`);
      chosen.send(frame);
    },
    // https://docs.slack.dev/reference/events/app_rate_limited
    sendAppRateLimited() {
      delivery.raw('events_api', {
        token: 'verification-token-of-old',
        type: 'app_rate_limited',
        team_id: settings.team.id,
        minute_rate_limited: Math.floor(settings.now() / 60_000) * 60,
        api_app_id: settings.bot.appId,
      });
    },
    sendEnvelope(payload, type = 'events_api') {
      delivery.raw(type, payload);
    },
    redeliver({ eventId, times = 1, to = 'any' } = {}) {
      delivery.redeliver(eventId, times, to);
    },
    hold: delivery.hold,
    resume: delivery.resume,

    revokeToken: (token, error = 'token_revoked') => tokens.revoke(token, error),
    restoreToken: tokens.restore,
    removeScope: tokens.removeScope,
    addScope: tokens.addScope,
  };
}
