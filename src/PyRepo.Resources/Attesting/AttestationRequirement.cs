using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Attesting;

/// <summary>The publishers of which one must have attested the files of some projects.</summary>
public sealed record AttestationRequirement
{
    public static readonly ObjectType<AttestationRequirement> Type = new(fields => new(fields));

    /// <summary>Project names in which <c>*</c> matches any characters.</summary>
    public ValueList<string> Projects { get; init; } = [];

    public ValueList<RequiredPublisherSpec> Publishers { get; init; } = [];

    public AttestationRequirement()
    {
    }

    AttestationRequirement(FieldReader fields)
    {
        Projects = fields.Required("projects",
            new ListType<string>(NameTypes.ProjectPattern, maxItems: 1000) { MinItems = 1 },
            "The projects whose files must have an attestation; '*' matches any characters.");
        Publishers = fields.Required("publishers",
            new ListType<RequiredPublisherSpec>(RequiredPublisherSpec.Type, maxItems: 16) { MinItems = 1 },
            "The publishers, one of which must have attested them.");
    }
}
