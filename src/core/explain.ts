/**
 * From a refusal to the three sentences a person reads: what happened, why it is all right, what to
 * do next. The one place where these words live (words: domain-rules.md "Tilt", last paragraph).
 * Templates are data: `{name}` is a figure of the refusal, written by its unit, `{name:usd}` in dollars;
 * `[…]` is left out when one of its figures is missing, and of `[…|…]` the first that is whole is
 * taken, so that a sentence is whole either way.
 */
import { figureText } from './explain-figures.ts';
import { explanationTemplates, unreadableTemplates } from './explain-catalogue.ts';
import type { Figures } from './events.ts';
import type { Explanation, ExplanationTemplate, Refusal } from './refusals.ts';

/** The explanation of a refusal. Total: every code has one, missing figures shorten it. */
export function explain(refusal: Refusal): Explanation {
  const template = templateFor(refusal);
  return {
    what: fillTemplate(template.what, refusal.figures),
    why: fillTemplate(template.why, refusal.figures),
    next: fillTemplate(template.next, refusal.figures),
  };
}

function templateFor(refusal: Refusal): ExplanationTemplate {
  const problem = refusal.figures['problem'];
  if (
    refusal.code === 'command.unreadable' &&
    typeof problem === 'string' &&
    Object.hasOwn(unreadableTemplates, problem)
  ) {
    return unreadableTemplates[problem as keyof typeof unreadableTemplates];
  }
  return explanationTemplates[refusal.code];
}

const FIGURE = /\{(\w+)(?::(usd))?\}/g;

/** Fills `{figure}`, drops `[optional {figure}]` whose figure is missing, takes the first whole one of `[a|b]`. */
export function fillTemplate(template: string, figures: Figures): string {
  // One pass over the outer form, so that a figure's own text is never read as a template.
  return template.replace(/\[([^\]]*)\]|\{\w+(?::usd)?\}/g, (whole, part: string | undefined) =>
    part === undefined ? (fillPart(whole, figures) ?? 'unknown') : firstWhole(part.split('|'), figures),
  );
}

function firstWhole(parts: readonly string[], figures: Figures): string {
  for (const part of parts) {
    const filled = fillPart(part, figures);
    if (filled !== null) return filled;
  }
  return '';
}

function fillPart(part: string, figures: Figures): string | null {
  let complete = true;
  const text = part.replace(FIGURE, (_whole, name: string, unit: 'usd' | undefined) => {
    const shown = figureText(name, figures[name], unit ?? null);
    if (shown === null) complete = false;
    return shown ?? '';
  });
  return complete ? text : null;
}

/** Names of the figures a template can show: what a refusal with this code should carry. */
export function figureNames(template: ExplanationTemplate): readonly string[] {
  const text = `${template.what} ${template.why} ${template.next}`;
  return [...new Set([...text.matchAll(FIGURE)].map((match) => match[1] ?? ''))];
}
