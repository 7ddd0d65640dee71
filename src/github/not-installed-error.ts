/** GitHub is not reached for this repository: the App is not installed there, or there is neither App nor token. */
export class NotInstalledError extends Error {
  readonly code = "NotInstalled";
}
