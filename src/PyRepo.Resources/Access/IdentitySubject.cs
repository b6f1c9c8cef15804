using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Access;

/// <summary>Holders of an identity provider's token that makes all the claims.</summary>
public sealed record IdentitySubject
{
    public static readonly ObjectType<IdentitySubject> Type = new(fields => new(fields));

    public required string Provider { get; init; }

    /// <summary>Never empty: everybody on the internet has some token of a public provider.</summary>
    public ValueDictionary<string> Claims { get; init; } = ValueDictionary<string>.Empty;

    public IdentitySubject()
    {
    }

    [SetsRequiredMembers]
    IdentitySubject(FieldReader fields)
    {
        Provider = fields.Required("provider", NameTypes.Label, "The name of one of identityProviders.");
        Claims = fields.Required("claims",
            new MapType<string>(new StringType(512), maxEntries: 16, maxKeyLength: 128) { MinEntries = 1 },
            "The claims that the token must make, with their values, as repository: acme/lib.");
    }
}
