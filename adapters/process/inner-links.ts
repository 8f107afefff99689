/**
 * Where a path below a node's root leads when links on the way are absolute and mean the root as tasks see it, which is
 * another place than the server's: `/mnt/batch/tasks/shared` in a container.
 */
import { lstat, readlink } from 'node:fs/promises';
import { dirname, posix } from 'node:path';

/** As the system's own bound on links in one path. */
const MAX_LINKS = 40;

/**
 * The absolute path without links, or undefined when it leaves the root or leads in a circle. `root` has no links in it;
 * `rootOfTasks` is the same directory as links name it. Rejects for a part that is missing or closed.
 */
export async function followInside(root: string, relative: string, rootOfTasks: string): Promise<string | undefined> {
  const rest = relative.split('/');
  let current = root;
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (current === root) return undefined;
      current = dirname(current);
      continue;
    }
    const next = posix.join(current, name);
    if (!(await lstat(next)).isSymbolicLink()) {
      current = next;
      continue;
    }
    const target = await readlink(next);
    links += 1;
    const isAbsolute = target.startsWith('/');
    const isInner = target === rootOfTasks || target.startsWith(`${rootOfTasks}/`);
    if (links > MAX_LINKS || (isAbsolute && !isInner)) return undefined;
    if (isAbsolute) current = root;
    rest.unshift(...(isAbsolute ? target.slice(rootOfTasks.length) : target).split('/'));
  }
  return current;
}
