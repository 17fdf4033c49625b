import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLive } from './alerts/live.ts';
import { type AlertStory, api } from './api.ts';
import { isWebAddress, showTime, showWord } from './format.ts';
import { showSaid } from './parts/said.ts';
import { Failed, Loading } from './parts/states.tsx';
import { Story } from './parts/story.tsx';
import { Verdict } from './parts/verdict.tsx';
import { useMayChange, useSession } from './session.tsx';

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Facts({ alert }: { readonly alert: AlertStory }): ReactNode {
  const { answer } = alert;
  const isFor = (name: string) =>
    `/?${new URLSearchParams({ [name]: name === 'usernames' ? alert.username : alert.title })}`;
  return (
    <dl className="facts">
      <Fact name="Login">
        <Link href={isFor('usernames')}>{alert.username}</Link>
      </Fact>
      <Fact name="Title">
        <Link href={isFor('titles')}>{alert.title}</Link>
      </Fact>
      <Fact name="Description">{alert.description || '–'}</Fact>
      <Fact name="Evidence">
        <pre className="evidence">{alert.reason || '–'}</pre>
      </Fact>
      <Fact name="Link">
        {isWebAddress(alert.url) ? (
          <a href={alert.url} rel="noreferrer noopener" target="_blank">
            {alert.url}
          </a>
        ) : (
          alert.url || '–'
        )}
      </Fact>
      <Fact name="Severity">{alert.severity ?? 'nothing was said'}</Fact>
      {alert.treated_as && alert.treated_as !== alert.severity && <Fact name="Treated as">{alert.treated_as}</Fact>}
      <Fact name="Happened">{showTime(alert.event_time)}</Fact>
      <Fact name="Said">
        {answer ? `${answer.said}: ${answer.explanation || '(without a word)'}` : showSaid(alert)}
      </Fact>
      <Fact name="Proven">
        {alert.verdict === 'confirmed'
          ? alert.proof === 'waived'
            ? 'no: the policy waives it for this title'
            : 'by their second factor'
          : 'no'}
      </Fact>
      <Fact name="Pushes">{alert.pushes}</Fact>
      {alert.muted_until && <Fact name="Muted until">{showTime(alert.muted_until)}</Fact>}
      {alert.deadline && <Fact name="Time to answer ends">{showTime(alert.deadline)}</Fact>}
      {alert.rejected && <Fact name="Cannot be asked">{alert.rejected}</Fact>}
      <Fact name="Id">
        <code className="id">{alert.id}</code>
      </Fact>
    </dl>
  );
}

/** One alert: what, who, said what, proven how, when. */
export function AlertPage({ id }: { readonly id: string }): ReactNode {
  const { demo } = useSession();
  const isDemo = useMayChange() && demo;
  const { data: alert, error, refetch } = useQuery({ queryKey: ['alert', id], queryFn: () => api.alert(id) });
  useLive((changed) => {
    if (changed === undefined || changed.id === id) void refetch();
  });
  if (error) {
    return (
      <>
        <h1>Alert</h1>
        <Failed error={error} retry={refetch} />
      </>
    );
  }
  if (!alert) return <Loading what="the alert" />;
  return (
    <article>
      <h1>
        {alert.title} <Verdict alert={alert} />
      </h1>
      <p className="lead">
        {alert.username}, {showWord(alert.status)}
        {isDemo && alert.verdict === null && (
          <>
            . <Link href="/demo">Answer it in the demo room</Link>
          </>
        )}
      </p>
      <div className="columns">
        <section aria-label="Facts">
          <Facts alert={alert} />
        </section>
        <section aria-labelledby="story">
          <h2 id="story">What happened</h2>
          <Story story={alert.story} />
        </section>
      </div>
    </article>
  );
}
