using System.Globalization;

namespace PyRepo.Storage.Buckets.Checks;

/// <summary>Compares the service's clock with this machine's.</summary>
static class ClockCheck
{
    /// <summary>Times of objects have seconds, and requests take some.</summary>
    static readonly TimeSpan _tolerance = TimeSpan.FromSeconds(3);

    /// <inheritdoc cref="BucketCheckStep.RunAsync"/>
    public static async Task<CheckOutcome> RunAsync(CheckedBucket bucket, CancellationToken cancellationToken)
    {
        var name = bucket.NewName();
        var before = bucket.Clock.GetUtcNow();
        await bucket.PutAsync(name, [1], cancellationToken);
        var after = bucket.Clock.GetUtcNow();
        var written = (await bucket.Client.HeadAsync(name, cancellationToken))?.LastModified ?? default;
        if (written == default)
            return new(FindingResult.Unknown, "The service does not say when an object was written.");
        var ahead = written > after ? written - after : written < before ? written - before : TimeSpan.Zero;
        var seconds = Math.Abs(ahead.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        return ahead.Duration() <= _tolerance
            ? new(FindingResult.Ok, "The service's clock and this machine's agree.")
            : new(
                FindingResult.Note,
                $"The service's clock is {seconds} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's. "
                + "Correct the wrong one: upload times and retention rest on them.");
    }
}
