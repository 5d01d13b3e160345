import type { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

/** Opens the chat of everybody, and waits until all can hear all. */
export async function openChats(...people: Visitor[]): Promise<void> {
  for (const { page } of people) {
    const button = page.getByRole('button', { name: /^Chat/ });
    if ((await button.getAttribute('aria-expanded')) === 'false') {
      await button.click();
    }
  }
  await Promise.all(people.map((it) => it.opensChannels(people.length)));
}

/** Writes a message and sends it. */
export async function say({ page }: Visitor, text: string): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.keyboard.press('Enter');
}

/** The visible text of the chat. */
export function written({
  page,
}: Visitor): Promise<[name: string, text: string][]> {
  return page
    .locator('.chat-message')
    .evaluateAll((messages) =>
      messages.map((message): [string, string] => [
        message.querySelector('.chat-name')?.textContent ?? '',
        message.querySelector('.chat-text')?.textContent ?? '',
      ]),
    );
}

/** Waits until a message of a person is in the log of a visitor. */
export async function reads(
  { page }: Visitor,
  name: string,
  text: string,
): Promise<void> {
  await page
    .locator('.chat-message')
    .filter({ has: page.getByText(name, { exact: true }) })
    .filter({ has: page.getByText(text, { exact: true }) })
    .waitFor();
}
