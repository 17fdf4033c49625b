/** `22.19` of a package's `>=22.19`, as numbers. */
function numbersOf(version: string): readonly [major: number, minor: number] {
  const [, major, minor] = /(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return [Number(major), Number(minor ?? 0)];
}

/** What to say to whoever runs it on a Node.js that is too old; undefined: this one will do. `needed`: such as `>=22.19`. */
export function refuseNode(version: string, needed: string): string | undefined {
  const [[major, minor], [leastMajor, leastMinor]] = [numbersOf(version), numbersOf(needed)];
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `securitybot needs Node.js ${leastMajor}.${leastMinor} or newer; this is ${version}. In a clone of the repository, npx securitybot brings one along.\n`;
}
