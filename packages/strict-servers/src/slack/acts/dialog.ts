import { refuseView } from '../methods/views.js';
import { objects, renderBlocks, str } from '../render.js';
import type { SlackDialog, SlackDialogInput, SlackSubmission } from '../types-people.js';
import { type View, viewObject } from '../views.js';
import type { World } from '../world.js';
import { payloadOf } from './payload.js';

type Json = Readonly<Record<string, unknown>>;

const label = (value: unknown): string => str(objects([value])[0]?.text);

function inputsOf(content: Json): readonly (SlackDialogInput & { readonly minLength: number })[] {
  return objects(content.blocks)
    .filter(({ type }) => type === 'input')
    .map((block) => {
      const element = objects([block.element])[0] ?? {};
      return {
        label: label(block.label),
        blockId: str(block.block_id),
        actionId: str(element.action_id),
        multiline: element.multiline === true,
        optional: block.optional === true,
        placeholder: label(element.placeholder),
        hint: label(block.hint),
        initial: str(element.initial_value),
        minLength: Number(element.min_length ?? 0),
        maxLength: Number(element.max_length ?? 3000),
      };
    });
}

/** The texts for the inputs, as somebody filled them in. Slack's own client checks them before it sends anything. */
function fillIn(title: string, inputs: ReturnType<typeof inputsOf>, values: string | Readonly<Record<string, string>>) {
  if (typeof values === 'string' && inputs.length !== 1) {
    throw new Error(`The dialog "${title}" has ${inputs.length} inputs: give texts by label, block id or action id.`);
  }
  const known = inputs.flatMap(({ label, blockId, actionId }) => [label, blockId, actionId]);
  for (const key of typeof values === 'string' ? [] : Object.keys(values)) {
    if (!known.includes(key))
      throw new Error(`The dialog "${title}" has no input "${key}", but ${known.join(', ') || 'none'}.`);
  }
  return inputs.map((input) => {
    const given =
      typeof values === 'string' ? values : (values[input.label] ?? values[input.blockId] ?? values[input.actionId]);
    const value = given ?? input.initial;
    if (value.trim() === '' && !input.optional)
      throw new Error(`"${input.label}" is required: Slack does not submit it empty.`);
    if (value !== '' && (value.length < input.minLength || value.length > input.maxLength)) {
      throw new Error(
        `"${input.label}" takes ${input.minLength} to ${input.maxLength} characters, and got ${value.length}: Slack does not submit that.`,
      );
    }
    return { input, value };
  });
}

/** A dialog on somebody's screen. */
export function createDialog(world: World, view: View): SlackDialog {
  const { views, delivery, settings, journal } = world;
  // The dialog is as it is now: the app may have changed it by `views.update`.
  const content = () => view.content;
  const shown = () =>
    renderBlocks(
      objects(content().blocks).filter(({ type }) => type !== 'input'),
      world.names,
    );

  const checkOpen = () => {
    if (!view.open) throw new Error(`The dialog "${label(content().title)}" is closed already.`);
    if (views.top(view.user) !== view) throw new Error(`The dialog "${label(content().title)}" is below another one.`);
  };

  /** What the app answers to a submission. https://docs.slack.dev/surfaces/modals#handling-submissions */
  const react = (answer: Json): SlackSubmission => {
    switch (answer.response_action) {
      case undefined:
        views.close(view, false);
        return { closed: true, errors: {} };
      case 'clear':
        views.close(view, true);
        return { closed: true, errors: {} };
      case 'errors': {
        const errors = Object.entries(objects([answer.errors])[0] ?? {}).map(
          ([key, value]) => [key, str(value)] as const,
        );
        const blocks = inputsOf(content()).map(({ blockId }) => blockId);
        if (errors.length === 0 || errors.some(([key]) => !blocks.includes(key))) break;
        return { closed: false, errors: Object.fromEntries(errors) };
      }
      case 'update':
      case 'push': {
        const next = objects([answer.view])[0];
        if (!next || refuseView(next, 'modal')) break;
        if (answer.response_action === 'push') {
          return { closed: false, errors: {}, next: createDialog(world, views.push(view.user, next)) };
        }
        views.replace(view, next);
        return { closed: false, errors: {}, next: createDialog(world, view) };
      }
    }
    const said = JSON.stringify(answer).slice(0, 300);
    journal.violate('refused-arguments', `A submission was answered with ${said}, which Slack does not understand.`);
    throw new Error('We had some trouble connecting. Try again?');
  };

  return {
    id: view.id,
    get title() {
      return label(content().title);
    },
    get submit() {
      return label(content().submit);
    },
    get close() {
      return label(content().close) || 'Cancel';
    },
    get text() {
      return shown().text;
    },
    get links() {
      return shown().links;
    },
    get mentions() {
      return shown().mentions;
    },
    get inputs() {
      return inputsOf(content()).map(({ minLength, ...input }) => input);
    },
    get raw() {
      return content();
    },
    isOpen: () => view.open,

    async submits(values = {}) {
      checkOpen();
      const state: Record<string, Record<string, unknown>> = {};
      for (const { input, value } of fillIn(label(content().title), inputsOf(content()), values)) {
        state[input.blockId] = { [input.actionId]: { type: 'plain_text_input', value: value === '' ? null : value } };
      }
      const trigger = world.triggers.issue(view.user);
      const payload = {
        ...payloadOf(world, 'view_submission', view.user),
        trigger_id: trigger.id,
        view: viewObject(view, settings, state),
        response_urls: [],
      };
      const answer = await delivery.interaction('view_submission', payload, true);
      const reaction = react(objects([answer])[0] ?? {});
      journal.changed();
      return reaction;
    },

    async closes() {
      checkOpen();
      const all = content().clear_on_close === true;
      views.close(view, all);
      if (content().notify_on_close !== true) return;
      const payload = {
        ...payloadOf(world, 'view_closed', view.user),
        view: viewObject(view, settings),
        is_cleared: all,
      };
      await delivery.interaction('view_closed', payload, false);
    },
  };
}
