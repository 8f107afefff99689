/**
 * Users that were added to nodes. They are accounts for remote logins only: the emulator keeps them, so that they can be
 * changed and deleted, but no node lets anybody log in.
 */
import type { Instant } from '../../../core/kernel/index.ts';

export interface NodeUserUpdate {
  readonly password?: string;
  readonly expiryTime?: Instant;
  readonly sshPublicKey?: string;
}

export interface NodeUserAdd extends NodeUserUpdate {
  readonly name: string;
  readonly isAdmin?: boolean;
}

export class NodeUsers {
  /** By node, then by lower-case name. Passwords are not kept: nothing could use them. */
  readonly #byNode = new Map<string, Map<string, { readonly isAdmin: boolean; readonly expiryTime?: Instant }>>();

  /** False when the node has a user of that name. */
  add(nodeId: string, user: NodeUserAdd): boolean {
    const users = this.#usersOf(nodeId);
    if (users.has(user.name.toLowerCase())) return false;
    users.set(user.name.toLowerCase(), { isAdmin: user.isAdmin ?? false, ...expiryOf(user) });
    return true;
  }

  /** Replaces everything but the rights. False when there is no such user. */
  update(nodeId: string, name: string, change: NodeUserUpdate): boolean {
    const users = this.#usersOf(nodeId);
    const user = users.get(name.toLowerCase());
    if (user === undefined) return false;
    users.set(name.toLowerCase(), { isAdmin: user.isAdmin, ...expiryOf(change) });
    return true;
  }

  /** False when there is no such user. */
  delete(nodeId: string, name: string): boolean {
    const users = this.#usersOf(nodeId);
    const deleted = users.delete(name.toLowerCase());
    if (users.size === 0) this.#byNode.delete(nodeId);
    return deleted;
  }

  clear(): void {
    this.#byNode.clear();
  }

  #usersOf(nodeId: string): Map<string, { readonly isAdmin: boolean; readonly expiryTime?: Instant }> {
    let users = this.#byNode.get(nodeId);
    if (users === undefined) {
      users = new Map();
      this.#byNode.set(nodeId, users);
    }
    return users;
  }
}

function expiryOf({ expiryTime }: NodeUserUpdate): { readonly expiryTime?: Instant } {
  return expiryTime === undefined ? {} : { expiryTime };
}
