/** Why a feed cannot be opened: an expected refusal of the command line, told in three calm parts. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
  /** What to do next. */
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}
