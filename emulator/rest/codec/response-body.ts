/** Whole response bodies: one resource, or a page of a list, under their `odata.metadata` (wire-facts 1.11, 1.12). */
import type { ViewContext } from './computed-members.ts';
import type { MemberPlan } from './encoder.ts';
import { encodeMembers, wrap } from './encoder.ts';

export interface BodyForm {
  /** The members to write: of the whole model, or those that `$select` names. */
  readonly plan: readonly MemberPlan[];
  /** What follows `$metadata#`, for example `pools/@Element`. */
  readonly metadata: string;
  readonly context: ViewContext;
}

export function encodeOne(value: object, form: BodyForm): string {
  const members = encodeMembers(form.plan, value, 1, form.context);
  return wrap('{}', members === '' ? metadataMember(form) : `${metadataMember(form)},${members}`, 0);
}

/** `nextLink` comes last, and only when more pages follow. */
export function encodePage(items: readonly object[], form: BodyForm, nextLink?: string): string {
  const texts = items.map((item) => wrap('{}', encodeMembers(form.plan, item, 3, form.context), 2));
  const value = wrap('[]', texts.join(','), 1);
  const link = nextLink === undefined ? '' : `,"odata.nextLink":${JSON.stringify(nextLink)}`;
  return wrap('{}', `${metadataMember(form)},"value":${value}${link}`, 0);
}

function metadataMember(form: BodyForm): string {
  return `"odata.metadata":"${form.context.baseUrl}/$metadata#${form.metadata}"`;
}
