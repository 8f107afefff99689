/**
 * How long nodes take, by one word: `instant`, `azure`, or a duration from the request of a pool to its idle nodes.
 * A pool may say it in its metadata, which Azure keeps and ignores.
 */
import { duration, parseDuration } from '../../core/kernel/index.ts';
import type { Pool } from './domain/pool.ts';
import type { MetadataItem } from './resources/common.ts';
import type { EngineSettings, NodeDurations } from './settings.ts';

export const NODE_STARTUP_METADATA = 'batchrite.node-startup';

/** What a word may be, for messages. */
export const NODE_STARTUP_WORDS = 'instant, azure, or a duration such as 2s';

/** Typical values of the service: 3 to 8 minutes to an idle node, 30 s of stopping (batch-semantics 11.6, 14). */
const AZURE: NodeDurations = {
  allocationMs: duration.minutes(1),
  nodeCreationMs: duration.minutes(2),
  nodeStartupMs: duration.minutes(1),
  nodeRebootMs: duration.minutes(1),
  nodeReimageMs: duration.minutes(3),
  nodeLeavingMs: duration.seconds(30),
  stopResizeMs: duration.seconds(30),
  poolDeletionMs: duration.minutes(1),
};

const AZURE_TOTAL = AZURE.allocationMs + AZURE.nodeCreationMs + AZURE.nodeStartupMs;

/** Undefined for a text that is no such word. A duration scales what Azure takes. */
export function nodeDurations(text: string): NodeDurations | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'azure') return AZURE;
  const total = word === 'instant' ? 0 : parseDuration(text);
  if (total === undefined || total < 0) return undefined;
  const scaled = (value: number): number => Math.round((value * total) / AZURE_TOTAL);
  return {
    allocationMs: scaled(AZURE.allocationMs),
    nodeCreationMs: scaled(AZURE.nodeCreationMs),
    nodeStartupMs: total - scaled(AZURE.allocationMs) - scaled(AZURE.nodeCreationMs),
    nodeRebootMs: scaled(AZURE.nodeRebootMs),
    nodeReimageMs: scaled(AZURE.nodeReimageMs),
    nodeLeavingMs: scaled(AZURE.nodeLeavingMs),
    stopResizeMs: scaled(AZURE.stopResizeMs),
    poolDeletionMs: scaled(AZURE.poolDeletionMs),
  };
}

/** The pool's own durations where its metadata says them, else the account's. */
export function durationsOf(settings: EngineSettings, pool: Pick<Pool, 'spec'>): NodeDurations {
  const text = nodeStartupIn(pool.spec.metadata);
  return (text === undefined ? undefined : nodeDurations(text)) ?? settings;
}

export function nodeStartupIn(metadata: readonly MetadataItem[] | undefined): string | undefined {
  return metadata?.find(({ name }) => name === NODE_STARTUP_METADATA)?.value;
}
