/** Signatures in URLs: when they expire, and how the URL is shown without them. */
import type { Instant } from '../../../core/kernel/index.ts';
import type { TaskSpec } from '../domain/task.ts';

/** URLs that the task's node will use, each with the member that holds it. */
export function urlsOf(spec: TaskSpec): readonly { readonly member: string; readonly url: string }[] {
  const files = [...(spec.resourceFiles ?? []), ...(spec.multiInstanceSettings?.commonResourceFiles ?? [])];
  const inputs = files.flatMap(({ httpUrl, storageContainerUrl }) => httpUrl ?? storageContainerUrl ?? []);
  const outputs = (spec.outputFiles ?? []).flatMap(({ destination }) => destination.container?.containerUrl ?? []);
  return [
    ...inputs.map((url) => ({ member: 'resource file', url })),
    ...outputs.map((url) => ({ member: 'output container', url })),
  ];
}

/** When the URL's shared access signature ends; undefined without one. */
export function expiryOf(url: string): Instant | undefined {
  const query = URL.parse(url)?.searchParams;
  const end = query?.get('sig') === null ? null : (query?.get('se') ?? null);
  if (end === null) return undefined;
  const instant = Date.parse(end);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Without its query, where signatures are. */
export function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}
