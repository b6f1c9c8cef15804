using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>The HTTPRoute of the <see href="https://gateway-api.sigs.k8s.io/">Gateway API</see> through which clients
/// reach the index.</summary>
public sealed record GatewaySpec
{
    public static readonly ObjectType<GatewaySpec> Type = new(fields => new(fields));

    public ValueList<GatewayReference> ParentRefs { get; init; } = [];
    public ValueList<string> Hostnames { get; init; } = [];

    public GatewaySpec()
    {
    }

    GatewaySpec(FieldReader fields)
    {
        ParentRefs = fields.Required("parentRefs",
            new ListType<GatewayReference>(GatewayReference.Type, maxItems: 16) { MinItems = 1 },
            "The Gateways to which the route attaches.");
        Hostnames = fields.Required("hostnames", new ListType<string>(AddressTypes.Host, maxItems: 16) { MinItems = 1 },
            "The host names that clients use. The status shows the first one.");
    }
}
