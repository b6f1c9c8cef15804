using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>The log of who downloaded what.</summary>
public sealed record DownloadLogSpec
{
    public static readonly ObjectType<DownloadLogSpec> Type = new(fields => new(fields));

    public Duration KeepFor { get; init; }

    public DownloadLogSpec()
    {
    }

    DownloadLogSpec(FieldReader fields) =>
        KeepFor = fields.Required("keepFor", AmountTypes.PositiveDuration,
            "How long a download stays in the log, such as 90d.");
}
