import { spawn } from 'node:child_process';

/**
 * Has a shell run this, with those as `$1`, `$2`, …, should this process die before it calls it off: killed, or interrupted at
 * the keyboard, when nothing that ends with a test is run any more. @returns what calls it off.
 */
export function shouldWeDie(command: string, ...values: readonly string[]): () => void {
  const heir = spawn('sh', ['-c', `read -r over || { ${command}; }`, 'heir', ...values], {
    detached: true, // of no group that is interrupted
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  heir.stdin.on('error', () => {}); // EPIPE, where somebody ends it
  return () => heir.stdin.end('over\n');
}
