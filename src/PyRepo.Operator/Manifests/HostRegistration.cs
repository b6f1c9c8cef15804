using System.Globalization;

namespace PyRepo.Operator.Manifests;

/// <summary>Whom a host is registered to, as a line of the registry's ConfigMap says it.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="UnusedSince">Since when none of its resources names the host; null: one does.</param>
public sealed record HostRegistration(string Namespace, DateTimeOffset? UnusedSince = null)
{
    /// <summary>What stands between the namespace and the time.</summary>
    public const string Mark = " unused since ";

    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>
    /// Reads <c>NAMESPACE</c> or <c>NAMESPACE unused since TIME</c>. A time that can't be read counts from when the
    /// operator next looks.
    /// </summary>
    public static HostRegistration Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
            return new(text.Trim());
        var isTime = DateTimeOffset.TryParse(
            text.AsSpan(at + Mark.Length), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since);
        return new(text[..at].Trim(), isTime ? since : null);
    }

    /// <summary>Until when it is held for its namespace though nothing names it; null: a resource names it.</summary>
    public DateTimeOffset? HeldUntil(TimeSpan hold) => UnusedSince is not { } since ? null
        : since < DateTimeOffset.MaxValue - hold ? since + hold
        : DateTimeOffset.MaxValue;

    /// <summary>A time as people and this record read it.</summary>
    public static string TextOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => UnusedSince is { } since ? Namespace + Mark + TextOf(since) : Namespace;
}
