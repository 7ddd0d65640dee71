/** One change of a commit against its first parent. `blob` names content that the repository already has. */
export type FileChange =
  | { readonly kind: "write"; readonly path: string; readonly content: string }
  | { readonly kind: "blob"; readonly path: string; readonly mode: string; readonly blob: string }
  | { readonly kind: "delete"; readonly path: string };

export interface FastImportCommit {
  readonly reference: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly authorName: string;
  readonly authorEmail: string;
  /** Since the epoch, UTC. */
  readonly seconds: number;
  readonly changes: readonly FileChange[];
}

/**
 * The input of `git fast-import` for one commit: blobs, trees, commit and branch in one process instead of four or more. Its
 * output is the commit's SHA on the first line and `040000 tree <sha>` on the second (git-fast-import(1), `get-mark` and `ls`).
 */
export function fastImportStream(commit: FastImportCommit): string {
  const [first, ...others] = commit.parents;
  const identity = `${commit.authorName} <${commit.authorEmail}> ${commit.seconds} +0000`;
  return [
    // Without a parent the reference is cleared first; else fast-import would take what it points at as the parent.
    ...(first === undefined ? [`reset ${commit.reference}`] : []),
    `commit ${commit.reference}`,
    "mark :1",
    `author ${identity}`,
    `committer ${identity}`,
    data(commit.message),
    ...(first === undefined ? [] : [`from ${first}`]),
    ...others.map((parent) => `merge ${parent}`),
    // Deletions first, so that a file can take the place of a folder.
    ...commit.changes.filter((change) => change.kind === "delete").map((change) => `D ${quoted(change.path)}`),
    ...commit.changes.filter((change) => change.kind !== "delete").map(modification),
    "",
    "get-mark :1",
    'ls :1 ""',
    "done",
    "",
  ].join("\n");
}

function modification(change: Exclude<FileChange, { kind: "delete" }>): string {
  if (change.kind === "blob") return `M ${change.mode} ${change.blob} ${quoted(change.path)}`;
  return `M 100644 inline ${quoted(change.path)}\n${data(change.content)}`;
}

function data(content: string): string {
  return `data ${Buffer.byteLength(content)}\n${content}`;
}

/** C-style quotes, so that spaces, quotes and line ends in a path stay part of it. */
function quoted(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
