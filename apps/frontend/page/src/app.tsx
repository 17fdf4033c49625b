import { type ReactNode, useState } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { AlertPage } from './alert-page.tsx';
import { AlertsPage } from './alerts/alerts-page.tsx';
import { AuditPage } from './audit-page.tsx';
import { BlacklistPage } from './blacklist-page.tsx';
import { DemoPage } from './demo-page.tsx';
import { IgnoredPage } from './ignored-page.tsx';
import { Failed, Loading, Nothing } from './parts/states.tsx';
import { RaisePage } from './raise-page.tsx';
import { SessionProvider, useMayChange, useSession, useSessionQuery, useSignOut } from './session.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { StatisticsPage } from './statistics/statistics-page.tsx';
import { keepTheme, readTheme, type Theme } from './theme.ts';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

function ThemeChoice(): ReactNode {
  const [theme, setTheme] = useState(readTheme);
  return (
    <select
      aria-label="Colours"
      value={theme}
      onChange={({ target }) => {
        const chosen = THEMES.find((each) => each === target.value) ?? 'system';
        keepTheme(chosen);
        setTheme(chosen);
      }}
    >
      {THEMES.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  );
}

function NavLink({ href, children }: { readonly href: string; readonly children: ReactNode }): ReactNode {
  const [path] = useLocation();
  const isHere = href === '/' ? path === '/' || path.startsWith('/alerts') : path.startsWith(href);
  return (
    <Link href={href} {...(isHere ? { 'aria-current': 'page' as const } : {})}>
      {children}
    </Link>
  );
}

function Header(): ReactNode {
  const { user, demo } = useSession();
  const mayChange = useMayChange();
  const signOut = useSignOut();
  return (
    <header className="top">
      <a className="skip" href="#main">
        To the content
      </a>
      <nav aria-label="Pages">
        <NavLink href="/">Alerts</NavLink>
        <NavLink href="/statistics">Statistics</NavLink>
        <NavLink href="/ignored">Ignored</NavLink>
        <NavLink href="/blacklist">Blacklist</NavLink>
        {mayChange && <NavLink href="/raise">Raise an alert</NavLink>}
        {mayChange && <NavLink href="/audit">Audit</NavLink>}
        {mayChange && demo && <NavLink href="/demo">Demo room</NavLink>}
      </nav>
      <div className="who">
        <span>
          {user.name} ({user.role})
        </span>
        <ThemeChoice />
        <button type="button" onClick={signOut}>
          Sign out
        </button>
      </div>
    </header>
  );
}

function ForAdmins(): ReactNode {
  return (
    <>
      <h1>This page is for admins</h1>
      <Nothing>
        You are signed in as a viewer, who sees alerts and changes nothing. Whoever runs Securitybot can let you in as
        an admin. <Link href="/">To the alerts</Link>
      </Nothing>
    </>
  );
}

function Pages(): ReactNode {
  const { demo } = useSession();
  const mayChange = useMayChange();
  return (
    <Switch>
      <Route path="/" component={AlertsPage} />
      <Route path="/alerts/:id">{({ id }) => <AlertPage id={id} />}</Route>
      <Route path="/statistics" component={StatisticsPage} />
      <Route path="/ignored" component={IgnoredPage} />
      <Route path="/blacklist" component={BlacklistPage} />
      <Route path="/raise" component={mayChange ? RaisePage : ForAdmins} />
      <Route path="/audit" component={mayChange ? AuditPage : ForAdmins} />
      {demo && <Route path="/demo" component={mayChange ? DemoPage : ForAdmins} />}
      <Route path="/sign-in">
        <Redirect to="/" replace />
      </Route>
      <Route>
        <h1>There is no such page</h1>
        <Nothing>
          <Link href="/">To the alerts</Link>
        </Nothing>
      </Route>
    </Switch>
  );
}

/** The page: whoever is signed in sees everything; nobody else sees anything. */
export function App(): ReactNode {
  const { data: session, error, refetch } = useSessionQuery();
  if (error) return <Failed error={error} retry={refetch} />;
  if (!session) return <Loading what="the page" />;
  if (session.user === null) return <SignInPage session={session} />;
  return (
    <SessionProvider session={session}>
      <Header />
      <main id="main" tabIndex={-1}>
        <Pages />
      </main>
    </SessionProvider>
  );
}
