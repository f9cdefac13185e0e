/** What a decider says: the events to append, or the one reason why nothing happens. */
export type Decision<Event, Rejection> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly rejection: Rejection };

export const accept = <Event>(...events: Event[]): Decision<Event, never> => ({ accepted: true, events });

export const reject = <const Rejection>(rejection: Rejection): Decision<never, Rejection> => ({
  accepted: false,
  rejection,
});

/** Closes a switch over a union: a new member does not compile until it is handled. */
export const unreachable = (value: never): never => {
  throw new Error(`not handled: ${JSON.stringify(value)}`);
};
