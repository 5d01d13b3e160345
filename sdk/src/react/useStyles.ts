import { useInsertionEffect } from 'react';

import css from './styles.css?inline';

let sheet: CSSStyleSheet | undefined;
let users = 0;

/**
 * Applies the styles of the parts while one of them is mounted, in a sheet that a
 * Content-Security-Policy without inline styles allows.
 */
export function useStyles(): void {
  useInsertionEffect(() => {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    users += 1;
    if (users === 1) {
      document.adoptedStyleSheets.push(sheet);
    }
    return () => {
      users -= 1;
      if (users === 0) {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter(
          (it) => it !== sheet,
        );
      }
    };
  }, []);
}
