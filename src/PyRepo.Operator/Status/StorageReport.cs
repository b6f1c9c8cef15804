namespace PyRepo.Operator.Status;

/// <summary>What a server reports of its bucket.</summary>
/// <param name="ConditionalWrites">
/// Whether the service heeds conditions of writes, by which several replicas agree; null: not known.
/// </param>
/// <param name="Code">The service's code for why it refuses the bucket, as <c>NoSuchBucket</c>; null: none.</param>
/// <param name="Message">What is wrong, and what to do; null where all is well.</param>
public sealed record StorageReport(bool? ConditionalWrites, string? Code, string? Message)
{
    /// <summary>Whether the server can't use the bucket.</summary>
    public bool IsRefused => !string.IsNullOrEmpty(Code) || !string.IsNullOrEmpty(Message);

    /// <summary>The code and the message, in which the server may already name the code.</summary>
    public string Refusal
    {
        get
        {
            const string Prefix = "can't be opened: ";
            var message = Message?.StartsWith(Prefix, StringComparison.Ordinal) is true ? Message[Prefix.Length..] : Message;
            var isNamed = string.IsNullOrEmpty(Code) || message?.StartsWith(Code, StringComparison.Ordinal) is true;
            return string.Join(": ", new[] { isNamed ? null : Code, message }.Where(part => !string.IsNullOrEmpty(part)));
        }
    }
}
