import { type Choice, cut, PluginError } from '@securitybot/core';

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const MOST_LABEL = 75;
const MOST_VALUE = 2000;
/** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
const MOST_BUTTONS = 25;

/** Slack's ids of people: `U…`, and `W…` in an Enterprise Grid organisation. */
export function isUserId(id: string): boolean {
  return /^[UW][A-Z0-9]{1,30}$/.test(id);
}

export interface ButtonValue {
  /** Whom the button was shown to. */
  readonly user: string;
  readonly value: string;
}

/** A choice's value, bound to the person it is offered to. Encoded, as Slack escapes some characters on the way back. */
function writeValue({ user, value }: ButtonValue): string {
  const written = `${user}/${encodeURIComponent(value.toWellFormed())}`;
  if (written.length <= MOST_VALUE) return written;
  throw new PluginError('REJECTED', `slack: a choice's value of ${value.length} characters is too long. Use 200.`);
}

/** `undefined` for what this plugin has not written. */
export function readValue(written: string): ButtonValue | undefined {
  const [, user, value] = /^([UW][A-Z0-9]{1,30})\/([^/]*)$/.exec(written) ?? [];
  if (user === undefined || value === undefined) return undefined;
  try {
    return { user, value: decodeURIComponent(value) };
  } catch {
    return undefined; // a lone %
  }
}

/** Whether a press answers at once, or a dialog asks for a reason first; `undefined` for a button that is none of ours. */
export function readAction(actionId: string): 'answer' | 'ask' | undefined {
  const [, kind] = /^securitybot:(answer|ask):\d{1,2}$/.exec(actionId) ?? [];
  return kind === 'answer' || kind === 'ask' ? kind : undefined;
}

/** The row of buttons below a message to that person. */
export function buttonsFor(user: string, choices: readonly Choice[]): object {
  return {
    type: 'actions',
    elements: choices.slice(0, MOST_BUTTONS).map(({ label, value, asksReason }, index) => ({
      type: 'button',
      action_id: `securitybot:${asksReason ? 'ask' : 'answer'}:${index}`,
      text: { type: 'plain_text', text: cut(label.toWellFormed(), MOST_LABEL) || '?', emoji: false },
      value: writeValue({ user, value }),
    })),
  };
}
