import { cut } from '@securitybot/core';
import { type Json, listOf, objectOf, textOf } from './json.js';
import type { SlackWords } from './words.js';

/** https://docs.slack.dev/reference/views/modal-views */
const MOST_TITLE = 24;
const MOST_LABEL = 2000;
/** What Slack's input takes. */
const MOST_REASON = 3000;

export const DIALOG = 'securitybot:reason';
export const REASON = 'reason';

const plain = (text: string, max: number) => ({
  type: 'plain_text',
  text: cut(text.toWellFormed(), max) || '?',
  emoji: false,
});

/** The dialog that asks for a reason. `label`: the button that was pressed; `metadata`: comes back with the answer. */
export function dialogFor(words: SlackWords, label: string, metadata: string): object {
  return {
    type: 'modal',
    callback_id: DIALOG,
    private_metadata: metadata,
    title: plain(words.dialogTitle, MOST_TITLE),
    submit: plain(words.dialogSubmit, MOST_TITLE),
    close: plain(words.dialogCancel, MOST_TITLE),
    blocks: [
      { type: 'section', text: plain(label, MOST_LABEL) },
      {
        type: 'input',
        block_id: REASON,
        label: plain(words.dialogQuestion, MOST_LABEL),
        element: { type: 'plain_text_input', action_id: REASON, multiline: true, max_length: MOST_REASON },
      },
    ],
  };
}

/** What was typed into it. */
export function reasonIn(view: Json): string {
  const values = objectOf(objectOf(view.state).values);
  return textOf(objectOf(objectOf(values[REASON])[REASON]).value) ?? '';
}

/** The first of a payload's actions. */
export function actionIn(body: Json): Json {
  return objectOf(listOf(body.actions)[0]);
}
