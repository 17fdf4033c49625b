import type { Conversation, Post } from '../conversations.js';
import type { Button } from '../render.js';
import type { SlackForgedPress, SlackPress } from '../types-people.js';
import { viewObject } from '../views.js';
import type { World } from '../world.js';
import { createDialog } from './dialog.js';
import { payloadOf } from './payload.js';

/** Where a button is. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
function place(
  world: World,
  at: { readonly post: Post; readonly conversation: Conversation } | { readonly home: string },
) {
  if ('home' in at) {
    const view = world.views.home(at.home);
    if (!view) return {};
    const container = { type: 'view', view_id: view.id };
    return { container, view: viewObject(view, world.settings), state: { values: {} } };
  }
  const { post, conversation } = at;
  return {
    container: { type: 'message', message_ts: post.ts, channel_id: conversation.id, is_ephemeral: false },
    channel: { id: conversation.id, name: conversation.kind === 'im' ? 'directmessage' : conversation.name },
    message: world.posts.object(post),
    state: { values: {} },
    response_url: `${world.origin()}/actions/${world.ids.next('R')}`,
  };
}

function send(world: World, user: string, action: Record<string, unknown>, where: Record<string, unknown>): SlackPress {
  const trigger = world.triggers.issue(user);
  const dialog = trigger.opened.then((view) => createDialog(world, view));
  // Whoever does not wait for one of them must not fall over it.
  dialog.catch(() => {});
  if (!world.settings.interactivity) {
    const acknowledged = Promise.reject(new Error('This app is not configured to handle interactive responses.'));
    acknowledged.catch(() => {});
    return { triggerId: trigger.id, acknowledged, dialog };
  }
  const payload = {
    ...payloadOf(world, 'block_actions', user),
    trigger_id: trigger.id,
    ...where,
    actions: [{ ...action, type: 'button', action_ts: world.ids.ts() }],
  };
  const acknowledged = world.delivery.interaction('block_actions', payload, false).then(() => {});
  acknowledged.catch(() => {});
  return { triggerId: trigger.id, acknowledged, dialog };
}

/** Somebody presses a button that is there, or was. */
export function press(
  world: World,
  user: string,
  button: Button,
  at: { readonly post: Post; readonly conversation: Conversation } | { readonly home: string },
): SlackPress {
  const action = {
    action_id: button.actionId,
    block_id: button.blockId,
    text: { type: 'plain_text', text: button.label, emoji: true },
    ...(button.value !== undefined && { value: button.value }),
    ...(button.style !== undefined && { style: button.style }),
  };
  return send(world, user, action, place(world, at));
}

/** A press with values of somebody's own; Slack itself vouches only for who it is. */
export function forgePress(world: World, user: string, forged: SlackForgedPress): SlackPress {
  const conversation = world.conversations.open(user);
  const channel = forged.channel ?? conversation.id;
  const messageId = forged.messageId ?? world.ids.ts();
  const real = world.conversations.get(channel)?.posts.get(messageId);
  const action = {
    action_id: forged.actionId ?? 'forged',
    block_id: forged.blockId ?? 'forged',
    text: { type: 'plain_text', text: 'Yes', emoji: true },
    ...(forged.value !== undefined && { value: forged.value }),
  };
  const claimed = { type: 'message', user: world.settings.bot.userId, bot_id: world.settings.bot.id, ts: messageId };
  const message = {
    ...(real ? world.posts.object(real) : { ...claimed, text: '', blocks: [] }),
    ...(forged.text !== undefined && { text: forged.text }),
    ...(forged.blocks !== undefined && { blocks: forged.blocks }),
  };
  return send(world, user, action, {
    container: { type: 'message', message_ts: messageId, channel_id: channel, is_ephemeral: false },
    channel: { id: channel, name: 'directmessage' },
    message,
    state: { values: {} },
    response_url: `${world.origin()}/actions/${world.ids.next('R')}`,
  });
}
