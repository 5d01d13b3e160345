import assert from 'node:assert/strict';

import axe from 'axe-core';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** The success criteria of WCAG 2.2, levels A and AA, that a program can judge. */
const RULES: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
};

/** The looks in which every view is judged, each in a window of its own size. */
const LOOKS = {
  light: { media: { colorScheme: 'light' }, size: [1280, 800], rules: {} },
  dark: { media: { colorScheme: 'dark' }, size: [390, 844], rules: {} },
  'forced colours': {
    media: { forcedColors: 'active' },
    size: [844, 390],
    // The colours are the system's; axe reads those that they take the place of.
    rules: { 'color-contrast': { enabled: false } },
  },
} as const;

/** Makes sure that what a page shows is accessible: light, dark and in forced colours. */
export async function assertAccessible(
  page: Page,
  view: string,
): Promise<void> {
  await page.evaluate(axe.source);
  const faults: string[] = [];
  for (const [look, { media, size, rules }] of Object.entries(LOOKS)) {
    await page.emulateMedia(media);
    await page.setViewportSize({ width: size[0], height: size[1] });
    const options = { ...RULES, rules: { ...RULES.rules, ...rules } };
    // What fades is judged at the end of it.
    const { violations } = await page.evaluate<AxeResults>(
      `Promise.all(
        document.getAnimations()
          .filter((it) => it.effect.getComputedTiming().endTime !== Infinity)
          .map((it) => it.finished.catch(() => undefined)),
      ).then(() => axe.run(${JSON.stringify(options)}))`,
    );
    for (const { id, help, nodes } of violations) {
      for (const { html, failureSummary = '' } of nodes) {
        faults.push(`${look}: ${id}: ${help}\n${html}\n${failureSummary}`);
      }
    }
    await page.emulateMedia({ colorScheme: null, forcedColors: null });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.deepEqual(faults, [], `${view}:\n${faults.join('\n\n')}`);
}
