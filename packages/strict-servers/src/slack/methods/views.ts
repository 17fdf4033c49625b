import { checkView } from '../check-blocks.js';
import type { Arguments } from '../request.js';
import { type View, viewObject } from '../views.js';
import type { World } from '../world.js';
import { type Answer, invalid, type Method, missing, no, text } from './method.js';

/** https://docs.slack.dev/reference/methods/views.open: "greater than 250kb" */
const MOST_BYTES = 250_000;

type Json = Readonly<Record<string, unknown>>;

/** What is wrong with a view, if anything. */
export function refuseView(view: Json, surface: 'modal' | 'home'): Answer | undefined {
  if (Buffer.byteLength(JSON.stringify(view)) > MOST_BYTES) return no('view_too_large');
  const wrong = checkView(view, surface);
  return wrong.length > 0 ? invalid('invalid_arguments', wrong) : undefined;
}

function viewOf(given: Arguments, surface: 'modal' | 'home'): { readonly view: Json } | { readonly error: Answer } {
  const { view } = given;
  if (view === undefined) return { error: missing('view') };
  if (typeof view !== 'object' || view === null || Array.isArray(view)) {
    return { error: invalid('invalid_arguments', ['must provide an object [json-pointer:/view]']) };
  }
  const wrong = refuseView(view as Json, surface);
  return wrong ? { error: wrong } : { view: view as Json };
}

const answer = (view: View, world: World): Answer => ({ ok: true, view: viewObject(view, world.settings) });

/** `views.open` and `views.push`: a trigger, exchanged for a dialog. */
function opening(pushes: boolean): Method {
  return {
    tier: 4,
    run(given, world) {
      const trigger = text(given, 'trigger_id');
      if (trigger === undefined) return missing('trigger_id');
      const checked = viewOf(given, 'modal');
      if ('error' in checked) return checked.error;
      const external = checked.view.external_id;
      if (typeof external === 'string' && external !== '' && world.views.byExternalId(external)?.open) {
        return no('duplicate_external_id');
      }
      const exchanged = world.triggers.exchange(trigger);
      if ('error' in exchanged) return no(exchanged.error);
      const { user, tell } = exchanged;
      const top = world.views.top(user);
      if (pushes && !top) return no('not_found');
      // Three views at most: https://docs.slack.dev/reference/methods/views.push
      if (pushes && top?.previous?.previous) return no('push_limit_reached');
      if (!pushes && top) world.views.close(top, true);
      const view = world.views.push(user, checked.view);
      tell(view);
      world.journal.changed();
      return answer(view, world);
    },
  };
}

const update: Method = {
  tier: 4,
  run(given, world) {
    const checked = viewOf(given, 'modal');
    if ('error' in checked) return checked.error;
    const view =
      world.views.get(text(given, 'view_id') ?? '') ?? world.views.byExternalId(text(given, 'external_id') ?? '');
    if (!view?.open || view.kind !== 'modal') return no('not_found');
    const hash = text(given, 'hash');
    if (hash !== undefined && hash !== view.hash) return no('hash_conflict');
    world.views.replace(view, checked.view);
    world.journal.changed();
    return answer(view, world);
  },
};

// https://docs.slack.dev/reference/methods/views.publish
const publish: Method = {
  tier: 4,
  run(given, world) {
    const user = text(given, 'user_id');
    if (user === undefined) return missing('user_id');
    if (!world.settings.homeTab) return no('not_enabled');
    if (!world.people.get(user)) return invalid('invalid_arguments', ['invalid user_id [json-pointer:/user_id]']);
    const checked = viewOf(given, 'home');
    if ('error' in checked) return checked.error;
    const hash = text(given, 'hash');
    if (hash !== undefined && hash !== world.views.home(user)?.hash) return no('hash_conflict');
    const view = world.views.publish(user, checked.view);
    world.journal.changed(`home ${user}`);
    return answer(view, world);
  },
};

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': opening(false),
  'views.push': opening(true),
  'views.update': update,
  'views.publish': publish,
};
