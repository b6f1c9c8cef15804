using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Access;

/// <summary>Callers with a token of an identity provider that contains all the claims.</summary>
public sealed record IdentitySubject
{
    public static readonly ObjectType<IdentitySubject> Type = new(fields => new(fields));

    public required string Provider { get; init; }

    /// <summary>Never empty: anyone on the internet can get a token from a public provider.</summary>
    public ValueDictionary<string> Claims { get; init; } = ValueDictionary<string>.Empty;

    public IdentitySubject()
    {
    }

    [SetsRequiredMembers]
    IdentitySubject(FieldReader fields)
    {
        Provider = fields.Required("provider", NameTypes.Label, "The name of an entry in identityProviders.");
        Claims = fields.Required("claims",
            new MapType<string>(new StringType(512), maxEntries: 16, maxKeyLength: 128) { MinEntries = 1 },
            "The claims that the token must contain, with their values, such as repository: acme/lib.");
    }
}
