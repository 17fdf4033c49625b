/** `ingest` may raise alerts and nothing else; `viewer` may see everything; `admin` may do both, and change what can be changed. */
export const ROLES = ['ingest', 'viewer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a route needs: nobody in particular, somebody signed in, or one whose role may do such things. */
export type Needs = 'anybody' | 'signed-in' | 'read' | 'raise' | 'change';

const MAY: Readonly<Record<Role, readonly Needs[]>> = {
  ingest: ['anybody', 'signed-in', 'raise'],
  viewer: ['anybody', 'signed-in', 'read'],
  admin: ['anybody', 'signed-in', 'read', 'raise', 'change'],
};

export const may = (role: Role, needs: Needs): boolean => MAY[role].includes(needs);

/** The roles that may do such things. */
export const rolesFor = (needs: Needs): readonly Role[] => ROLES.filter((role) => may(role, needs));

export function isRole(text: string): text is Role {
  return Object.hasOwn(MAY, text);
}
