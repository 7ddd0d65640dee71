#!/usr/bin/env bash
# Builds a real kube-apiserver and etcd from source into test/control-plane/bin/, for the end-to-end tests.
#
# Needs Go 1.26 or later and the Go module proxy. On two cores the first build takes ten to fifteen minutes; later ones are
# skipped while a binary's stamp (Go's version, flags, go.mod, go.sum) still holds. With KUBEBUILDER_ASSETS set, nothing is
# built: the tests then use the binaries in that folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

kubernetes_version=v1.36.3
# Without these the server calls itself v0.0.0.
version_flags="-X k8s.io/component-base/version.gitVersion=${kubernetes_version} \
-X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"

if [[ -n "${KUBEBUILDER_ASSETS:-}" ]]; then
  for binary in kube-apiserver etcd; do
    if [[ ! -x "${KUBEBUILDER_ASSETS}/${binary}" ]]; then
      echo "control-plane: KUBEBUILDER_ASSETS=${KUBEBUILDER_ASSETS} has no executable ${binary}; unset it to build from source" >&2
      exit 1
    fi
  done
  echo "control-plane: using the binaries in KUBEBUILDER_ASSETS=${KUBEBUILDER_ASSETS}"
  exit 0
fi

if ! command -v go >/dev/null; then
  echo "control-plane: needs Go 1.26 or later on the PATH, or KUBEBUILDER_ASSETS (a folder with kube-apiserver and etcd)" >&2
  exit 1
fi

mkdir -p bin

# build MODULE BINARY PACKAGE LINKER_FLAGS
build() {
  local module=$1 binary=$2 package=$3 linker_flags=$4
  local stamp
  stamp=$({ go version; echo "${linker_flags}"; cat "${module}/go.mod" "${module}/go.sum"; } | sha256sum | cut -d' ' -f1)
  if [[ -x "bin/${binary}" && "$(cat "bin/${binary}.stamp" 2>/dev/null)" == "${stamp}" ]]; then
    echo "control-plane: bin/${binary} is up to date"
    return
  fi
  local started=${SECONDS}
  echo "control-plane: building bin/${binary} from ${package} (minutes, the first time)"
  rm -f "bin/${binary}.stamp"
  (
    cd "${module}"
    CGO_ENABLED=0 go build -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w ${linker_flags}" -o "../bin/${binary}.new" "${package}"
  )
  mv "bin/${binary}.new" "bin/${binary}"
  echo "${stamp}" >"bin/${binary}.stamp"
  echo "control-plane: built bin/${binary} in $((SECONDS - started)) s"
}

build etcd etcd go.etcd.io/etcd/server/v3 ""
build kube-apiserver kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver "${version_flags}"
