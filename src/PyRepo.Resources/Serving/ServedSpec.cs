using PyRepo.Resources.Access;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Serving;

/// <summary>What the three kinds have in common: access, the route to the index, and the server's pods.</summary>
public abstract record ServedSpec
{
    /// <summary>
    /// Null means that anyone reads, and that the generated user <c>publisher</c> is Maintainer. In a group, null
    /// leaves access to the members.
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
        Ingress = fields.Optional("ingress", IngressSpec.Type, "The Ingress through which clients reach the index.");
        Gateway = fields.Optional("gateway", GatewaySpec.Type,
            "The HTTPRoute through which clients reach the index, instead of an Ingress.");
        Server = fields.Default("server", ServerSpec.Type, Server, "The server's pods.");
        Suspend = fields.Default("suspend", AmountTypes.Boolean, Suspend, "Stops the server and keeps the data.");
    }
}
