using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Serving;

/// <summary>The server's pods.</summary>
public sealed record ServerSpec : ServerPodSpec
{
    public static readonly ObjectType<ServerSpec> Type = new(fields => new(fields));

    /// <summary>Null means the operator's default.</summary>
    public string? Image { get; init; }

    public int Replicas { get; init; } = 1;

    public ServerSpec()
    {
    }

    ServerSpec(FieldReader fields) : base(fields, new())
    {
        Image = fields.Optional("image",
            new StringType(512) { EmptyMeansOmitted = true, Rules = [ServingRules.ImageName] },
            "The server's container image. If omitted, the operator's default.");
        Replicas = fields.Default("replicas", new IntegerType<int>(1, 100), Replicas,
            "The number of pods. More than one requires a bucket, except for a group.");
    }
}
