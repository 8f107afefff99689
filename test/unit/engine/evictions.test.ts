// The planner alone, on snapshots: whom it pushes away for whom, and what it keeps free meanwhile (batch-semantics 2.4).
import { describe, expect, it } from 'vitest';
import { jobKey, nodeKey, taskKey } from '../../../emulator/engine/domain/keys.ts';
import { plan } from '../../../emulator/engine/scheduler/plan.ts';
import type {
  Claim,
  JobCandidate,
  NodeCandidate,
  PoolSnapshot,
  TaskCandidate,
} from '../../../emulator/engine/scheduler/snapshot.ts';

function node(name: string, freeSlots: number, claims: readonly Claim[]): NodeCandidate {
  return {
    key: nodeKey(name),
    affinityId: `TVM:${name}`,
    ordinal: Number(name),
    freeSlots,
    isEmpty: claims.length === 0,
    isDedicated: true,
    isExclusive: false,
    barredJobs: [],
    occupants: claims.map(({ task }) => task),
    claims,
  };
}

function claim(id: string, more: Partial<Claim> = {}): Claim {
  const owner = jobKey('low');
  return {
    task: taskKey(owner, id),
    job: owner,
    priority: 0,
    sequence: 1,
    slots: 1,
    isStopping: false,
    givesWay: true,
    ...more,
  };
}

function job(name: string, priority: number, slots: readonly number[]): JobCandidate {
  const tasks = slots.map((each, index): TaskCandidate => ({
    key: taskKey(jobKey(name), `${index}`),
    sequence: index,
    slots: each,
    isExclusive: false,
    allowsLowPriority: true,
  }));
  return {
    key: jobKey(name),
    priority,
    sequence: 0,
    placedCount: 0,
    parallelLeft: Infinity,
    next: (free, taken) => tasks.find((task) => task.slots <= free && !taken.has(task.key)),
  };
}

const pool = (nodes: readonly NodeCandidate[], jobs: readonly JobCandidate[], slotsPerNode = 4): PoolSnapshot => ({
  fill: 'spread',
  runsMultiInstance: false,
  slotsPerNode,
  givesWay: true,
  nodes,
  jobs,
});

describe('the plan of a pool in which tasks give way', () => {
  it('names the newest tasks of the lowest priority, as many as are needed', () => {
    const claims = [claim('old', { sequence: 1 }), claim('new', { sequence: 9 }), claim('mid', { priority: 3 })];
    const { assignments, evictions } = plan(pool([node('0', 1, claims)], [job('high', 5, [2])]));
    expect({ assignments, evictions }).toEqual({ assignments: [], evictions: ['low/new'] });
  });

  it('prefers the node where fewest must stop', () => {
    const small = node('0', 0, [claim('a'), claim('b'), claim('c'), claim('d')]);
    const big = node('1', 0, [claim('e', { slots: 4 })]);
    expect(plan(pool([small, big], [job('high', 5, [3])])).evictions).toEqual(['low/e']);
  });

  it('pushes nobody away when what stops already is enough, and starts nobody else there meanwhile', () => {
    const stopping = node('0', 1, [claim('a', { isStopping: true }), claim('b'), claim('c')]);
    const { assignments, evictions } = plan(pool([stopping], [job('high', 5, [2]), job('other', 0, [1])]));
    expect({ assignments, evictions }).toEqual({ assignments: [], evictions: [] });
  });

  it('counts a slot that becomes free for one task alone', () => {
    const claims = ['a', 'b', 'c', 'd'].map((id, sequence) => claim(id, { sequence }));
    const { evictions } = plan(pool([node('0', 0, claims)], [job('high', 5, [1, 2])]));
    expect(evictions).toEqual(['low/d', 'low/c', 'low/b']);
  });

  it('uses what a victim leaves over', () => {
    const { evictions } = plan(pool([node('0', 0, [claim('a', { slots: 4 })])], [job('high', 5, [2, 2])]));
    expect(evictions).toEqual(['low/a']);
  });

  it('names nobody of the same or a higher priority, nor anybody when that would not be enough', () => {
    const claims = [claim('a', { priority: 5, slots: 2 }), claim('b', { slots: 1 }), claim('c', { priority: 9 })];
    expect(plan(pool([node('0', 0, claims)], [job('high', 5, [2])])).evictions).toEqual([]);
  });

  it('passes over a task that finds no room, for a smaller one of its job', () => {
    const claims = [claim('a', { priority: 7, slots: 3 }), claim('b')];
    expect(plan(pool([node('0', 0, claims)], [job('high', 5, [4, 1])])).evictions).toEqual(['low/b']);
  });
});
