import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { api, type Session } from './api.ts';

type SignedIn = Session & { readonly user: NonNullable<Session['user']> };

const Current = createContext<SignedIn | undefined>(undefined);

/** Who is signed in. Only below `SessionGate`. */
export function useSession(): SignedIn {
  const session = useContext(Current);
  if (!session) throw new Error('useSession is for what SessionGate shows.');
  return session;
}

/** Whether they may change things; the server decides, this only hides what it would refuse. */
export const useMayChange = (): boolean => useSession().user.role === 'admin';

export const useSessionQuery = () => useQuery({ queryKey: ['session'], queryFn: api.session, staleTime: 60_000 });

export function useSignOut(): () => void {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: api.signOut,
    onSuccess: (session) => {
      queries.setQueryData(['session'], session);
      queries.removeQueries({ predicate: ({ queryKey: [name] }) => name !== 'session' });
    },
  });
  return () => mutate();
}

export function SessionProvider({
  session,
  children,
}: {
  readonly session: Session;
  readonly children: ReactNode;
}): ReactNode {
  const { user } = session;
  return user === null ? null : <Current value={{ ...session, user }}>{children}</Current>;
}
