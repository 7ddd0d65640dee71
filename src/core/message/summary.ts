import type { Message } from "./message.ts";

export function summary(message: Message): string {
  return message.commit;
}
