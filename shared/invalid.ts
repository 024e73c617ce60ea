/** What valibot says of a value from outside, as one of our errors. */
import * as v from 'valibot';
import { type FieldCode, fieldError, type ReverieError } from './errors';

type Issue = v.BaseIssue<unknown>;

/** @param what names the value as a whole, e.g. `Recipe` */
export function invalidField(code: FieldCode, what: string, [issue]: [Issue, ...unknown[]]): ReverieError {
  // Of alternatives, the one that was meant: not those that lack a field or have one that they do not know.
  const meant = issue.issues?.find(({ expected, received }) => expected !== 'never' && received !== 'undefined');
  if (meant) {
    const path = [...(issue.path ?? []), ...(meant.path ?? [])] as Issue['path'];
    return invalidField(code, what, [{ ...meant, path } as Issue]);
  }
  // valibot says of a strict object's surplus key that it expected never.
  const problem = issue.expected === 'never' ? 'there is no such field; check its spelling.' : issue.message;
  return fieldError(code, what, v.getDotPath(issue), problem);
}
