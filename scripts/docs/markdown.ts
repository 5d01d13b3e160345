/** A Markdown table without the columns that are empty; prettier aligns it. */
export function table(head: string[], rows: string[][]): string {
  const columns = head.flatMap((_title, column) =>
    rows.some((cells) => cells[column]) ? [column] : [],
  );
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => columns.map((column) => escapePipes(cells[column] ?? '')))
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Blocks with an empty line between them; empty ones fall away. */
export function blocks(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function escapePipes(cell: string): string {
  return cell.replaceAll('|', '\\|');
}
