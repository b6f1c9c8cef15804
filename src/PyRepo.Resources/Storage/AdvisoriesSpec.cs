using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>Where known vulnerabilities (<see href="https://ossf.github.io/osv-schema/">OSV</see>) come from.</summary>
public record AdvisoriesSpec
{
    /// <summary>The key of a ConfigMap with advisories, where a reference names none.</summary>
    public const string DefaultKey = "advisories.json";

    static readonly ObjectType<ConfigMapReference> _ownType = ConfigMapReference.WithKey(DefaultKey);

    public static readonly ObjectType<AdvisoriesSpec> Type = new(fields => new(fields))
    {
        Rules = [NeedsSource<AdvisoriesSpec>()],
    };

    /// <summary>Null: the own advisories are all.</summary>
    public string? Source { get; init; }

    /// <summary>Null: those of the source are all.</summary>
    public ConfigMapReference? OwnRef { get; init; }

    public Duration Refresh { get; init; } = Duration.FromMinutes(60);

    public AdvisoriesSpec()
    {
    }

    protected AdvisoriesSpec(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        Source = fields.Optional("source", AddressTypes.AdvisorySource,
            "The URL of a zip file of OSV documents, or of a JSON array of them, such as "
            + "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip. On a laptop also file:///path.");
        OwnRef = fields.Optional("ownRef", _ownType,
            "A ConfigMap with advisories of your own: an OSV document, or an array of them. They count like those of "
            + "the source, and replace those with the same id.");
        Refresh = fields.Default("refresh", AmountTypes.PositiveDuration, Refresh,
            "How often the source is read again.");
    }

    /// <summary>There is a source, or there are own advisories.</summary>
    protected static Rule<T> NeedsSource<T>() where T : AdvisoriesSpec => new()
    {
        FieldPath = "source",
        DependsOn = ["ownRef"],
        Cel = "has(self.source) || has(self.ownRef)",
        Predicate = spec => spec.Source is not null || spec.OwnRef is not null,
        Message = "is required without ownRef",
    };
}
