import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useLive } from './alerts/live.ts';
import { api, type DemoState } from './api.ts';
import { Field } from './parts/field.tsx';
import { Failed, Loading } from './parts/states.tsx';
import { Story } from './parts/story.tsx';
import { Verdict } from './parts/verdict.tsx';
import { openStream } from './stream.ts';
import { whileVisible } from './visible.ts';

/** What the room shows, as it changes. */
function useRoom(): DemoState | undefined {
  const [state, setState] = useState<DemoState>();
  useEffect(() => whileVisible(() => openStream('/api/demo', { state: ({ data }) => setState(JSON.parse(data)) })), []);
  return state;
}

function Chat({ user, chat }: Pick<DemoState, 'user' | 'chat'>): ReactNode {
  const say = useMutation({ mutationFn: api.say });
  const lines = useRef<HTMLDivElement>(null);
  const last = chat.at(-1)?.n;
  useEffect(() => {
    if (last !== undefined) lines.current?.scrollTo(0, lines.current.scrollHeight);
  }, [last]);
  return (
    <section aria-labelledby="chat">
      <h2 id="chat">Chat: you are {user}</h2>
      <p className="lead">yes, no or unsure, each with why; help lists what else there is</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <div ref={lines} className="chat" role="log" aria-label="What was said" tabIndex={0}>
        <ol>
          {chat.map(({ n, speaker, text, own }) => (
            <li key={n} className={own ? 'own' : 'other'}>
              <b>{speaker}</b> {text}
            </li>
          ))}
        </ol>
      </div>
      <form
        className="say"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const text = String(new FormData(form).get('text'));
          if (text.trim() !== '') say.mutate(text, { onSuccess: () => form.reset() });
        }}
      >
        <Field label="Say">{(props) => <input {...props} name="text" maxLength={4000} autoComplete="off" />}</Field>
        <button type="submit" className="main" disabled={say.isPending}>
          Send
        </button>
      </form>
      {say.error && <Failed error={say.error} />}
    </section>
  );
}

const ANSWERS = [
  ['approved', 'Approve'],
  ['denied', 'Deny'],
  ['fraud', 'It was not me'],
] as const;

function Phone({ pushes }: Pick<DemoState, 'pushes'>): ReactNode {
  const answer = useMutation({ mutationFn: api.answerPush });
  return (
    <section aria-labelledby="phone" className="phone">
      <h2 id="phone">Pretend phone</h2>
      <div role="status">
        {pushes.length === 0 && (
          <p className="lead">Nothing to answer. It rings when you say yes, and yes once more.</p>
        )}
        {pushes.map(({ id, reason }) => (
          <article key={id} className="push">
            <p>{reason}</p>
            {ANSWERS.map(([value, label]) => (
              <button
                key={value}
                type="button"
                className={value === 'approved' ? 'main' : ''}
                disabled={answer.isPending}
                onClick={() => answer.mutate({ id, answer: value })}
              >
                {label}
              </button>
            ))}
          </article>
        ))}
      </div>
      {answer.error && <Failed error={answer.error} />}
    </section>
  );
}

/** The newest alert of the person, and what has become of it so far. */
function Newest({ user }: Pick<DemoState, 'user'>): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: ['newest', user],
    queryFn: async () => {
      const { alerts } = await api.alerts(new URLSearchParams({ usernames: user, limit: '1' }).toString());
      const [newest] = alerts;
      return newest ? await api.alert(newest.id) : null;
    },
  });
  useLive((changed) => {
    if (changed === undefined || changed.username === user) void refetch();
  });
  if (error) return <Failed error={error} retry={refetch} />;
  if (data === undefined) return <Loading what="the newest alert" />;
  return (
    <section aria-labelledby="newest">
      <h2 id="newest">{data ? 'The newest alert' : 'There is no alert yet'}</h2>
      <p>
        {data && (
          <>
            <Link href={`/alerts/${data.id}`}>{data.title}</Link> <Verdict alert={data} />{' '}
          </>
        )}
        <Link href={`/raise?${new URLSearchParams({ username: user })}`}>Raise one for {user}</Link>
      </p>
      {data && <Story story={data.story} />}
    </section>
  );
}

/** Both sides in one window: the person's chat and their phone. Only where both are a demo. */
export function DemoPage(): ReactNode {
  const room = useRoom();
  return (
    <>
      <h1>Demo room</h1>
      <p className="notice">
        A demo: you play the person and hold their phone, so what is confirmed here proves nothing. With a real chat or
        a real second factor this page is not there.
      </p>
      {!room && <Loading what="the room" />}
      {room && (
        <>
          <div className="columns">
            <Chat user={room.user} chat={room.chat} />
            <Phone pushes={room.pushes} />
          </div>
          <Newest user={room.user} />
        </>
      )}
    </>
  );
}
