using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Access;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>
/// The fields that the three kinds have in common: access, the route to the index, and the server's pods.
/// </summary>
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

    /// <summary>Null: nothing about callers is written.</summary>
    public DownloadLogSpec? DownloadLog { get; init; }

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
        DownloadLog = fields.Optional("downloadLog", DownloadLogSpec.Type,
            "Records who downloads each file, for the role Auditor. Downloads through a group are recorded by the "
            + "group if it has this field, otherwise by the member. If omitted, callers are not recorded.");
        Suspend = fields.Default("suspend", AmountTypes.Boolean, Suspend, "Stops the server and keeps the data.");
    }
}

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

/// <summary>A reference to a Gateway. The Gateway defines the namespaces from which it accepts routes.</summary>
public sealed record GatewayReference
{
    public static readonly ObjectType<GatewayReference> Type = new(fields => new(fields));

    /// <summary>Null means the resource's namespace.</summary>
    public string? Namespace { get; init; }

    public required string Name { get; init; }
    public string? SectionName { get; init; }

    public GatewayReference()
    {
    }

    [SetsRequiredMembers]
    GatewayReference(FieldReader fields)
    {
        Namespace = fields.Optional("namespace", NameTypes.Namespace,
            "The Gateway's namespace. If omitted, the resource's namespace.");
        Name = fields.Required("name", NameTypes.Object, "The Gateway's name.");
        SectionName = fields.Optional("sectionName", NameTypes.Object, "The listener of the Gateway to attach to. If "
        + "omitted, all listeners.");
    }
}
