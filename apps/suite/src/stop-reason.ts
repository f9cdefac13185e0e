/** Why the suite cannot start: a sentence for the user, Chinese first. No stack is shown for it. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
