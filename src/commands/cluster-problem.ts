import { oneLine } from "../core/template/one-line.ts";
import { KubernetesError } from "../kubernetes/kubernetes-error.ts";
import { MissingGitRepoError } from "./missing-git-repo-error.ts";

/** Why a command cannot do with the cluster what it should. Stable; docs/troubleshooting.md explains exactly these. */
export const clusterProblemCodes = [
  "ClusterCredentials",
  "ClusterForbidden",
  "ClusterUnreachable",
  "GitRepoMissing",
  "KindMissing",
] as const;

/** What went wrong, what to do, and the code, as one line for a person at a terminal. What is no problem of the cluster is told as it is. */
export function clusterProblem(error: unknown): string {
  if (error instanceof MissingGitRepoError) return coded("GitRepoMissing", error.message);
  if ((error as { name?: unknown }).name === "AbortError") return stopped;
  if (!(error instanceof KubernetesError)) return oneLine(error instanceof Error ? error.message : String(error));
  const { status, reason, message } = error;
  if (reason === "Aborted") return stopped;
  // It says the remedy already.
  if (reason === "NoCredentials") return coded("ClusterCredentials", message);
  if (reason === "KindMissing") return coded("KindMissing", `${message}. ${kindRemedy(message)}`);
  if (status === 401) {
    const remedy = "They may have expired: log in again as for kubectl.";
    return coded("ClusterCredentials", `the cluster does not take the kubeconfig's credentials (401 ${message}). ${remedy}`);
  }
  if (status === 403) {
    return coded("ClusterForbidden", `${message}. Ask whoever runs the cluster for this right, or take another kubeconfig.`);
  }
  if (status > 0 && status < 500) return oneLine(message);
  const remedy =
    'Look whether "kubectl get gitrepos -A" works from here, and whether --kubeconfig or KUBECONFIG names the right cluster.';
  return coded("ClusterUnreachable", `the cluster cannot be reached: ${message.replace(/^[A-Z]+ \S+: /, "")}. ${remedy}`);
}

const stopped = "stopped before it was done.";

function coded(code: (typeof clusterProblemCodes)[number], message: string): string {
  return `${oneLine(message)} [${code}]`;
}

function kindRemedy(message: string): string {
  return message.includes("signalman.dev")
    ? 'Install Signalman\'s kinds: "kubectl apply -k deploy/".'
    : "Name the cluster in which Fleet's controllers run with --kubeconfig or KUBECONFIG.";
}
