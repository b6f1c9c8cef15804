using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>The server's pods.</summary>
public sealed record ServerSpec : ServerPodSpec
{
    public static readonly ObjectType<ServerSpec> Type = new(fields => new(fields));

    /// <summary>Null means the operator's default.</summary>
    public string? Image { get; init; }

    public int Replicas { get; init; } = 1;

    public ValueDictionary<string> ServiceAccountAnnotations { get; init; } = ValueDictionary<string>.Empty;

    public ServerSpec()
    {
    }

    static readonly MapType<string> _serviceAccountAnnotations =
        new(new StringType(1024) { MayBeEmpty = true }, maxEntries: 16, LabelRules.MaxKeyLength)
        {
            Rules = [LabelRules.AnnotationNames, LabelRules.NoKeysOfPyRepo],
        };

    ServerSpec(FieldReader fields) : base(fields, new())
    {
        Image = fields.Optional("image",
            new StringType(512) { EmptyMeansOmitted = true, Rules = [ServingRules.ImageName] },
            "The server's container image. If omitted, the operator's default.");
        Replicas = fields.Default("replicas", new IntegerType<int>(1, 100), Replicas,
            "The number of pods. More than one requires a bucket, except for a group.");
        ServiceAccountAnnotations = fields.Default("serviceAccountAnnotations", _serviceAccountAnnotations,
            ServiceAccountAnnotations,
            "Annotations for the pods' ServiceAccount, such as eks.amazonaws.com/role-arn, which give the pods an "
            + "identity in a cloud. Only those that the administrator allows are accepted.");
    }
}
