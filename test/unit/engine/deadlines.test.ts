// Deadlines come in their order, and those that were cancelled or moved are forgotten.
import { expect, test } from 'vitest';
import { DeadlineQueue } from '../../../emulator/engine/domain/deadlines.ts';

function drained(queue: DeadlineQueue): readonly string[] {
  const owners: string[] = [];
  for (let due = queue.takeDue(Infinity); due !== undefined; due = queue.takeDue(Infinity)) owners.push(due.owner);
  return owners;
}

test('deadlines that are cancelled or moved again and again take no room', () => {
  const queue = new DeadlineQueue();
  queue.set('kept', ['end'], [{ name: 'end', at: 5_000_000 }]);
  for (let index = 0; index < 10_000; index += 1) {
    queue.set(`task-${index}`, ['life'], [{ name: 'life', at: 1_000_000 + index }]);
    queue.set(`task-${index}`, ['life'], []);
    queue.set('moved', ['end'], [{ name: 'end', at: 9_000_000 - index }]);
  }
  expect(queue.size).toBeLessThan(200);
  expect(queue.nextAt).toBe(5_000_000);
  expect(drained(queue)).toEqual(['kept', 'moved']);
});

test('of deadlines at one instant the one that was set first comes first, also after some were forgotten', () => {
  const queue = new DeadlineQueue();
  for (const owner of ['b', 'a', 'c']) queue.set(owner, ['end'], [{ name: 'end', at: 1 }]);
  for (let index = 0; index < 1000; index += 1) queue.set('other', ['end'], [{ name: 'end', at: 2 + index }]);
  queue.set('other', ['end'], []);
  expect(drained(queue)).toEqual(['b', 'a', 'c']);
});
