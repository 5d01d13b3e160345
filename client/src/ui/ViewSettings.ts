import { preferences, savePreferences } from '../preferences.ts';
import { find } from './find.ts';

/** The choice of how people are arranged. */
export class ViewSettings {
  readonly #root: HTMLElement;
  readonly #self: HTMLInputElement;

  /** `onChange` arranges them anew. */
  constructor(panel: ParentNode, onChange: () => void) {
    this.#root = find(panel, '#settings-view', HTMLElement);
    this.#self = find(this.#root, '#self-in-grid', HTMLInputElement);
    this.#root.addEventListener('change', () => {
      savePreferences({
        layout: this.#choices().find(({ checked }) => checked)?.value ?? '',
        selfInGrid: this.#self.checked,
      });
      onChange();
    });
  }

  /** Shows the present choice. */
  show(): void {
    const { layout, selfInGrid } = preferences();
    for (const choice of this.#choices()) {
      choice.checked = choice.value === layout;
    }
    this.#self.checked = selfInGrid;
  }

  #choices(): HTMLInputElement[] {
    return [...this.#root.querySelectorAll<HTMLInputElement>('[type="radio"]')];
  }
}
