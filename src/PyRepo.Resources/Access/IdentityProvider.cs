using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Access;

/// <summary>An OpenID Connect issuer whose tokens are accepted.</summary>
public sealed record IdentityProvider
{
    public static readonly ObjectType<IdentityProvider> Type = new(fields => new(fields));

    public required string Name { get; init; }
    public required string Issuer { get; init; }
    public required string Audience { get; init; }

    public IdentityProvider()
    {
    }

    [SetsRequiredMembers]
    IdentityProvider(FieldReader fields)
    {
        Name = fields.Required("name", NameTypes.Label, "The name by which grants refer to this provider.");
        Issuer = fields.Required("issuer", AddressTypes.Issuer, "The issuer's URL, exactly as its tokens contain it.");
        Audience = fields.Required("audience", new StringType(256), "The audience that a token must have.");
    }
}
