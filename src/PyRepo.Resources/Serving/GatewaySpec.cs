using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>Where an HTTPRoute of the Gateway API makes the index reachable.</summary>
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
            "The Gateways that the route attaches to.");
        Hostnames = fields.Required("hostnames", new ListType<string>(AddressTypes.Host, maxItems: 16) { MinItems = 1 },
            "The host names that clients use; the first one is shown in the status.");
    }
}
