using PyRepo.Resources.Access;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Serving;

/// <summary>What the three kinds have in common: who may come in, from where, and the pods that serve.</summary>
public abstract record ServedSpec
{
    /// <summary>
    /// Null means: anyone reads, and the generated user <c>publisher</c> is Maintainer (for a group: members decide).
    /// </summary>
    public AccessSpec? Access { get; init; }

    public IngressSpec? Ingress { get; init; }
    public GatewaySpec? Gateway { get; init; }
    public ServerSpec Server { get; init; } = new();
    public bool Suspend { get; init; }

    protected ServedSpec()
    {
    }

    protected ServedSpec(FieldReader fields, string accessDoc)
    {
        ArgumentNullException.ThrowIfNull(fields);
        Access = fields.Optional("access", AccessSpec.Type, accessDoc);
        Ingress = fields.Optional("ingress", IngressSpec.Type, "Where an Ingress makes the index reachable.");
        Gateway = fields.Optional("gateway", GatewaySpec.Type,
            "Where an HTTPRoute makes the index reachable, instead of an Ingress.");
        Server = fields.Default("server", ServerSpec.Type, Server, "The pods that serve.");
        Suspend = fields.Default("suspend", AmountTypes.Boolean, Suspend, "Stop the server and keep the data.");
    }
}
