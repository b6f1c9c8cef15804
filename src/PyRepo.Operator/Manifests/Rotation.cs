using System.Globalization;
using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// A generated value in a Secret, which a new value of <see cref="Annotations.Rotate"/> replaces, once. The one before
/// it stays valid for an hour.
/// </summary>
/// <param name="Current">The value.</param>
sealed record Rotation(byte[] Current)
{
    /// <summary>The key of the value before the current one.</summary>
    public const string PreviousKey = "previous";

    /// <summary>How long a value stays valid after it was rotated away.</summary>
    static readonly TimeSpan _overlap = TimeSpan.FromHours(1);

    /// <summary>The value before it; null: there is none, or it is no longer valid.</summary>
    public byte[]? Previous { get; init; }

    /// <summary>The request that made it; null: none did.</summary>
    public string? Rotated { get; init; }

    /// <summary>Until when <see cref="Previous"/> is valid; null: no rotation made it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The annotations of the Secret that tell of it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Annotations
    {
        get
        {
            if (Rotated is not null)
                yield return KeyValuePair.Create(Manifests.Annotations.Rotated, Rotated);
            if (Until is { } until)
            {
                var time = until.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                yield return KeyValuePair.Create(Manifests.Annotations.PreviousUntil, time);
            }
        }
    }

    /// <summary>What a Secret holds; null: it lacks the value.</summary>
    /// <param name="secret">The Secret; null: there is none.</param>
    /// <param name="key">The key of the value.</param>
    public static Rotation? Read(Secret? secret, string key) => ValueOf(secret, key) is { } current
        ? new Rotation(current)
        {
            Previous = PreviousOf(secret),
            Rotated = secret!.Metadata.Annotations?.GetValueOrDefault(Manifests.Annotations.Rotated),
            Until = EndsAt(secret),
        }
        : null;

    /// <summary>The value before the current one, whether or not there is a current one.</summary>
    public static byte[]? PreviousOf(Secret? secret) => ValueOf(secret, PreviousKey);

    /// <summary>When the previous value expires; null: it does not.</summary>
    public static DateTimeOffset? EndsAt(Secret? secret) => DateTimeOffset.TryParse(
        secret?.Metadata.Annotations?.GetValueOrDefault(Manifests.Annotations.PreviousUntil),
        CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var until)
        ? until
        : null;

    /// <summary>What is due now; the same object if nothing is.</summary>
    /// <param name="requested">The request; null: there is none.</param>
    /// <param name="fresh">A new value.</param>
    /// <param name="now">The time.</param>
    public Rotation Next(string? requested, byte[] fresh, DateTimeOffset now)
    {
        if (requested is not null && requested != Rotated)
            return new Rotation(fresh) { Previous = Current, Rotated = requested, Until = now + _overlap };
        return Until is { } until && (Previous is null || now >= until)
            ? this with { Previous = null, Until = null }
            : this;
    }

    /// <summary>The data of the Secret that holds it.</summary>
    /// <param name="key">The key of the value.</param>
    public SortedDictionary<string, byte[]> ToData(string key)
    {
        var data = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { [key] = Current };
        if (Previous is not null)
            data[PreviousKey] = Previous;
        return data;
    }

    static byte[]? ValueOf(Secret? secret, string key) =>
        secret?.Data?.GetValueOrDefault(key) is { Length: > 0 } bytes ? bytes : null;
}
