using System.Text.Json.Serialization;

namespace PyRepo.Resources.Reports;

/// <summary>A server's report of its bucket.</summary>
public sealed record StorageReport
{
    /// <summary>The code of a service whose conditional writes do not work, where they are needed.</summary>
    public const string ConditionalWritesUnsupported = "ConditionalWritesUnsupported";

    /// <summary>
    /// Whether the service honors the conditions of writes, so that replicas work, or null if that is not known.
    /// </summary>
    public bool? ConditionalWrites { get; init; }

    /// <summary>
    /// The name of the bucket that a claim gave, once the repository is in it, or null if there is no claim.
    /// </summary>
    public string? ClaimedBucket { get; init; }

    /// <summary>The name of this replica.</summary>
    [JsonConverter(typeof(UnreadConverter<string>))]
    public string? Replica { get; init; }

    /// <summary>The first of the replicas that this one knows of.</summary>
    [JsonConverter(typeof(UnreadConverter<IReadOnlyList<string>>))]
    public IReadOnlyList<string>? Others { get; init; }

    /// <summary>The service's code for why it refuses the bucket, as <c>NoSuchBucket</c>, or null if it is none.</summary>
    public string? Code { get; init; }

    /// <summary>The problem, and its remedy, or null if all is well.</summary>
    public string? Message { get; init; }

    /// <summary>Whether the server can't use the bucket.</summary>
    public bool IsRefused => !string.IsNullOrEmpty(Code) || !string.IsNullOrEmpty(Message);

    /// <summary>The code and the message, in which the server may already name the code.</summary>
    public string Refusal
    {
        get
        {
            const string Prefix = "can't be opened: ";
            var message =
                Message?.StartsWith(Prefix, StringComparison.Ordinal) is true ? Message[Prefix.Length..] : Message;
            var isNamed = string.IsNullOrEmpty(Code) || message?.StartsWith(Code, StringComparison.Ordinal) is true;
            string?[] parts = [isNamed ? null : Code, message];
            return string.Join(": ", parts.Where(part => !string.IsNullOrEmpty(part)));
        }
    }
}
