/**
 * The painter: shows the store's rows with Ink and hands keys to it. Thin on purpose: rows come
 * painted, so that another painter can take Ink's place. Unchanged rows are not rendered again.
 */
import { Box, Text, useApp, useInput, usePaste, useWindowSize, type Key as InkKey } from 'ink';
import { memo, useEffect, useSyncExternalStore, type NamedExoticComponent, type ReactElement } from 'react';
import type { ConsoleStore } from './console-store.ts';
import { controlKey, type Key } from './view-model/key.ts';

export function App({ store }: { readonly store: ConsoleStore }): ReactElement {
  const rows = useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.rows(),
  );
  const { columns, rows: height } = useWindowSize();
  const { exit } = useApp();
  useEffect(() => store.resize(columns, height), [store, columns, height]);
  useEffect(() => void store.left.then(() => exit()), [store, exit]);
  useInput((input, key) => {
    for (const pressed of keysOf(input, key)) store.key(pressed);
  });
  usePaste((text) => store.key({ kind: 'paste', text }));
  return (
    <Box flexDirection="column" height={rows.length} flexShrink={0}>
      {rows.map((text, index) => (
        // Rows have no identity but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <PaintedRow key={index} text={text} />
      ))}
    </Box>
  );
}

const PaintedRow: NamedExoticComponent<{ readonly text: string }> = memo(function PaintedRow({
  text,
}: {
  readonly text: string;
}): ReactElement {
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});

/** The console's keys for one event of Ink's. */
function keysOf(input: string, key: InkKey): readonly Key[] {
  const edit = (
    kind:
      'backspace' | 'delete' | 'left' | 'right' | 'home' | 'end' | 'wordLeft' | 'wordRight' | 'deleteWord',
  ): readonly Key[] => [{ kind: 'edit', edit: { kind } }];
  if (key.return) return [{ kind: 'enter' }];
  if (key.escape) return [{ kind: 'escape' }];
  if (key.tab) return [{ kind: key.shift ? 'shiftTab' : 'tab' }];
  if (key.upArrow) return [{ kind: 'up' }];
  if (key.downArrow) return [{ kind: 'down' }];
  if (key.leftArrow) return edit(key.ctrl || key.meta ? 'wordLeft' : 'left');
  if (key.rightArrow) return edit(key.ctrl || key.meta ? 'wordRight' : 'right');
  if (key.home) return edit('home');
  if (key.end) return edit('end');
  if (key.backspace) return edit(key.meta ? 'deleteWord' : 'backspace');
  if (key.delete) return edit('delete');
  if (key.ctrl) {
    const named = controlKey(input.toLowerCase());
    return named === null ? [] : [named];
  }
  if (key.pageUp) return [{ kind: 'pageUp' }];
  if (key.pageDown) return [{ kind: 'pageDown' }];
  if (key.meta || input === '') return [];
  return [{ kind: 'text', text: input }];
}
