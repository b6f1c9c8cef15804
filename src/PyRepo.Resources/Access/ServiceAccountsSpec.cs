using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Access;

/// <summary>Accepts the cluster's ServiceAccount tokens.</summary>
public sealed record ServiceAccountsSpec
{
    public static readonly ObjectType<ServiceAccountsSpec> Type = new(fields => new(fields)) { IsMarker = true };

    /// <summary>Null means <c>pyrepo.dev/NAMESPACE</c>.</summary>
    public ValueList<string>? Audiences { get; init; }

    public ServiceAccountsSpec()
    {
    }

    ServiceAccountsSpec(FieldReader fields) =>
        Audiences = fields.Optional("audiences",
            new ListType<string>(new StringType(256), maxItems: 16) { MinItems = 1 },
            "The audiences that a token may have. If omitted, pyrepo.dev/NAMESPACE.");
}
