using PyRepo.Resources.Attesting;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Storage;
using PyRepo.Server.Content.Attestations;

namespace PyRepo.Server.Hosted;

/// <summary>
/// The settings of a hosted repository. A changed resource replaces all of them at once; each operation reads them once.
/// </summary>
sealed record HostedSettings
{
    /// <summary>Whether another file of the same name may be replaced.</summary>
    public Overwrite Overwrite { get; init; }

    /// <summary>Whether clients read files from the bucket itself.</summary>
    public bool RedirectsDownloads { get; init; }

    /// <summary>The rules that say which releases are kept, or null if all are.</summary>
    public RetentionSpec? Retention { get; init; }

    /// <summary>Since when these rules hold. A changed rule waits: time to look at it.</summary>
    public DateTimeOffset RetentionSince { get; init; }

    /// <summary>How long the bytes of what is deleted or replaced are kept.</summary>
    public TimeSpan KeepDeletedFor { get; init; } = new RetentionSpec().KeepDeletedFor.Value;

    /// <summary>The action on uploads with signs of an attack.</summary>
    public UploadGuardAction Guard { get; init; }

    /// <summary>The demands on attestations.</summary>
    public AttestationPolicy Attestations { get; init; } = AttestationPolicy.Off;

    /// <summary>Returns the settings of the resource's new spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="root">The trusted root that it names, or the public one.</param>
    /// <param name="now">The time.</param>
    public HostedSettings With(PythonRepositorySpec spec, TrustedRootSource root, DateTimeOffset now)
    {
        // Only rules that remove releases wait.
        var rules = spec.Retention is { HasRules: true } given
            ? given with { KeepDeletedFor = new RetentionSpec().KeepDeletedFor } : null;
        return new()
        {
            Attestations = new AttestationPolicy(spec.Attestations ?? new AttestationsSpec(), root),
            Overwrite = spec.Uploads.Overwrite,
            Guard = spec.Uploads.Guard,
            RedirectsDownloads = spec.Storage.Bucket?.Downloads is BucketDownloads.Redirect,
            Retention = rules,
            RetentionSince = rules == Retention ? RetentionSince : now,
            KeepDeletedFor = (spec.Retention ?? new RetentionSpec()).KeepDeletedFor.Value,
        };
    }
}
