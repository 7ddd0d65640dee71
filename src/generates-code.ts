/**
 * True where this process can make code from strings. `run` refuses to start then: templates come from tenants, and none may ever become code
 * (design §4). The flag is Node's `--disallow-code-generation-from-strings`.
 */
export function generatesCode(): boolean {
  try {
    Reflect.construct(Function, ["return 1"]);
    return true;
  } catch {
    return false;
  }
}
