using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>A person's word that some files pass although a rule hides them, until when and why.</summary>
public sealed record WaiverSpec
{
    public static readonly ObjectType<WaiverSpec> Type = new(fields => new(fields));

    static readonly ListType<WaivedRule> _rules =
        new(new EnumType<WaivedRule>(), maxItems: Enum.GetValues<WaivedRule>().Length) { MinItems = 1 };

    public required string Match { get; init; }
    public required ValueList<WaivedRule> Rules { get; init; }
    public required string Reason { get; init; }

    /// <summary>The person who answers for it.</summary>
    public required string By { get; init; }

    public required DateTimeOffset Until { get; init; }

    public WaiverSpec()
    {
    }

    [SetsRequiredMembers]
    WaiverSpec(FieldReader fields)
    {
        Match = fields.Required("match", NameTypes.Requirement,
            "The project and the versions, such as urllib3==2.6.1.");
        Rules = fields.Required("rules", _rules,
            $"The rules that do not hide it: {string.Join(", ", Enum.GetNames<WaivedRule>())}.");
        Reason = fields.Required("reason", new StringType(500), "The reason, for people.");
        By = fields.Required("by", NameTypes.User, "The person responsible.");
        Until = fields.Required("until", new TimestampType(), "When it ends, and the rules apply again.");
    }
}

/// <summary>A rule of a policy that can be waived, named as its property of <see cref="PolicySpec"/>.</summary>
public enum WaivedRule
{
    MinimumAge,
    Block,
    ConstraintsRef,
    AsOf,
    PackageTypes,
    Advisories,
    Provenance,
    Guard,
}
