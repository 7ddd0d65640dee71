import { stringify } from "yaml";
import { apiGroup } from "../../src/core/notification/schema.ts";
import type { StructuralSchema } from "./structural-schema.ts";

export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "date";
  readonly jsonPath: string;
  readonly description?: string;
  /** 1: shown with -o wide alone. */
  readonly priority?: number;
}

export interface CustomResource {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly isNamespaced: boolean;
  readonly description: string;
  readonly spec: StructuralSchema;
  /** null: no status subresource. */
  readonly status: StructuralSchema | null;
  readonly columns: readonly PrinterColumn[];
}

const header = "# Made by `npm run generate` from the schemas that the program uses. Do not edit.\n";

/** The CustomResourceDefinition of a resource, as YAML. */
export function customResourceDefinition(resource: CustomResource): string {
  const { kind, plural, singular, isNamespaced, status, columns } = resource;
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${apiGroup}` },
    spec: {
      group: apiGroup,
      names: { kind, listKind: `${kind}List`, plural, singular },
      scope: isNamespaced ? "Namespaced" : "Cluster",
      versions: [
        {
          name: "v1alpha1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: wholeSchema(resource) },
          ...(status !== null && { subresources: { status: {} } }),
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
  return header + stringify(definition, { lineWidth: 130, aliasDuplicateObjects: false });
}

function wholeSchema({ description, spec, status }: CustomResource): StructuralSchema {
  return {
    type: "object",
    description,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      spec,
      ...(status !== null && { status: { description: "Written by Signalman.", ...status } }),
    },
  };
}
