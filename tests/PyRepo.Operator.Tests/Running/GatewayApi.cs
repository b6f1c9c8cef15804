namespace PyRepo.Operator.Tests.Running;

/// <summary>The definition of the Gateway API that the operator's objects need.</summary>
static class GatewayApi
{
    /// <summary>Its name for <c>kubectl</c>.</summary>
    public const string Definition = "crd/httproutes.gateway.networking.k8s.io";

    /// <summary>HTTPRoutes with anything in them: nothing here looks at more than that they can be written.</summary>
    public const string HttpRoutes = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: httproutes.gateway.networking.k8s.io
          annotations: { api-approved.kubernetes.io: "https://github.com/kubernetes-sigs/gateway-api/pull/4000" }
        spec:
          group: gateway.networking.k8s.io
          names: { kind: HTTPRoute, listKind: HTTPRouteList, plural: httproutes, singular: httproute }
          scope: Namespaced
          versions:
          - name: v1
            served: true
            storage: true
            schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
        """;
}
