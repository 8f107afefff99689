/** What carries out an operation: a handler for each, typed by the table, or the reason why there is none. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock, Instant, Outcome } from '../../../core/kernel/index.ts';
import type { ListQuery, Precondition } from '../../engine/index.ts';
import type { ServedAccount } from '../account/served-account.ts';
import type { MapperName } from '../codec/mapper-model.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import type { HeaderList } from '../http/wire-response.ts';
import type { OperationId } from './operation-id.ts';
import type { PathParameter, RequestBodies } from './operation-spec.ts';
import type { OperationTable } from './operation-table.ts';

export interface OperationCall<Body = unknown, Parameter extends string = string> {
  readonly account: ServedAccount;
  readonly clock: Clock;
  readonly parameters: Readonly<Record<Parameter, string>>;
  /** Decoded and checked against its mapper. */
  readonly body: Body;
  readonly precondition?: Precondition;
  /** The page that was asked for, on lists. */
  readonly page: ListQuery<object>;
  readonly recursive: boolean;
  /** Position of the api-version among the released ones. */
  readonly version: number;
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  readonly receivedAt: Instant;
  /** Scheme and host as the client addressed them. */
  readonly baseUrl: string;
  /** The path as it came. */
  readonly rawPath: string;
}

/** Another model than the table's: an older api-version's. */
export interface ResponseForm {
  readonly mapper: MapperName;
  readonly metadata: string;
}

export type HandlerReply =
  | { readonly kind: 'empty'; readonly lastModified?: Instant; readonly location?: string }
  | { readonly kind: 'resource'; readonly value: object; readonly lastModified?: Instant; readonly form?: ResponseForm }
  | { readonly kind: 'page'; readonly items: readonly object[]; readonly next?: string }
  | {
      readonly kind: 'file';
      readonly headers: HeaderList;
      readonly body?: AsyncIterable<Uint8Array>;
      readonly contentLength?: number;
    };

export type HandlerOutcome = Outcome<HandlerReply, WireFault>;

export type Handler<Body, Parameter extends string> = (
  call: OperationCall<Body, Parameter>,
) => Promise<HandlerOutcome> | HandlerOutcome;

/** An operation that the emulator declares not to simulate; answered with `NotImplemented` and the reason. */
export interface Unsimulated {
  /** The reason, for the client and for the coverage page. */
  readonly unsimulated: string;
  /** What a loose server answers instead. */
  readonly loosely: HandlerReply;
}

type BodyOf<Id extends OperationId> = OperationTable[Id] extends {
  readonly body: { readonly mapper: infer Mapper extends keyof RequestBodies };
}
  ? RequestBodies[Mapper]
  : undefined;

export type HandlerOf<Id extends OperationId> =
  | Handler<BodyOf<Id>, PathParameter<OperationTable[Id]['path']>>
  | Unsimulated;

/** A handler, or the reason for its absence, for every one of the operations named. */
export type Handlers<Id extends OperationId> = { readonly [Each in Id]: HandlerOf<Each> };
