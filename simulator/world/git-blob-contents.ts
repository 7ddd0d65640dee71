/** Splits what `git cat-file --batch` prints: a line `<sha> blob <bytes>`, the content, a line end, and so on. Text files only. */
export function blobContents(output: string): readonly string[] {
  const bytes = Buffer.from(output);
  const contents: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf("\n", at);
    const size = Number(bytes.toString("utf8", at, lineEnd).split(" ")[2]);
    contents.push(bytes.toString("utf8", lineEnd + 1, lineEnd + 1 + size));
    at = lineEnd + 1 + size + 1;
  }
  return contents;
}
