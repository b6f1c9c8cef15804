using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Remembers who has attested a project's files, and finds those that came later without them. All functions are pure.
/// </summary>
/// <remarks>
/// The publisher whose file became available first is established, however late that is verified, and also when the file is
/// gone. One that comes later is not, unless its file was there for as long as a file is held when the project was first
/// looked at: nobody else can say what was right then.
/// </remarks>
static class PublisherRatchet
{
    /// <summary>The publishers that are remembered of a project: those that came first.</summary>
    const int MaxPublishers = 64;

    /// <summary>The publishers that a file is compared with by name.</summary>
    const int MaxNamed = 4;

    /// <summary>Returns all publishers that have attested files of a page, or of earlier ones.</summary>
    public static IReadOnlyList<AttestingPublisher> Merge(CachedPage page)
    {
        if (page.Metadata.Verified.Count == 0)
            return page.Metadata.Publishers;
        var found = page.Metadata.Publishers.ToList();
        var dates = page.Metadata.Dates;
        foreach (var file in page.Page?.Files ?? [])
        {
            if (page.Metadata.Verified.GetValueOrDefault(file.FileName)?.Outcome is
                { Verdict: ProvenanceVerdict.Verified, Attestations: var attestations })
            {
                var since = dates.AvailableSince(file) ?? DateTimeOffset.MaxValue;
                Add(found, attestations.Select(each => AttestingPublisher.From(each, since)));
            }
        }
        return [.. found.OrderBy(each => each.Since).Take(MaxPublishers)];
    }

    static void Add(List<AttestingPublisher> found, IEnumerable<AttestingPublisher> publishers)
    {
        foreach (var publisher in publishers)
        {
            var i = found.FindIndex(each => each.Id is not null && publisher.Is(each) && each.Id == publisher.Id);
            if (i < 0)
                i = found.FindIndex(publisher.Is);
            if (i < 0)
                found.Add(publisher);
            else if (publisher.Since < found[i].Since)
                found[i] = publisher with { Id = publisher.Id ?? found[i].Id };
        }
    }

    /// <summary>Returns the publishers of a page that are established.</summary>
    /// <param name="page">The page.</param>
    /// <param name="holdFor">How long a file of another publisher is held.</param>
    public static IReadOnlyList<AttestingPublisher> FindEstablished(CachedPage page, TimeSpan holdFor)
    {
        var firstLook = page.Metadata.VerifiedSince ?? page.Metadata.CheckedAt;
        var all = Merge(page);
        var first = all.Select(each => each.Since).DefaultIfEmpty().Min();
        return [.. all.Where(each => each.Since == first || firstLook - each.Since >= holdFor)];
    }

    /// <summary>Returns a snapshot with what is known of the attestations of its files.</summary>
    public static ProjectSnapshot AddTo(ProjectSnapshot snapshot, CachedPage page, ProvenanceSettings settings)
    {
        var established = FindEstablished(page, settings.HoldFor);
        // Most files are compared with the same publishers.
        var names = established.Select(each => $"{each}").Take(MaxNamed).ToList();
        return snapshot with
        {
            Version = $"{snapshot.Version}-{settings.Fingerprint}",
            Files =
            [
                .. snapshot.Files.Select(file => file with
                {
                    Distribution = file.Distribution with
                    {
                        Verified = Compare(
                            file.Distribution, GetOutcome(file.Distribution, page, settings), established, names),
                    },
                }),
            ],
        };
    }

    static VerifiedProvenance GetOutcome(Distribution file, CachedPage page, ProvenanceSettings settings)
    {
        if (page.Metadata.Verified.TryGetValue(file.Name.FileName, out var verified) && verified.IsOf(file, settings))
            return verified.Outcome;
        return file.Provenance is null ? VerifiedProvenance.Absent : VerifiedProvenance.Pending;
    }

    /// <summary>Adds the publishers of earlier files, if none of them has attested this one.</summary>
    static VerifiedProvenance Compare(
        Distribution file, VerifiedProvenance outcome, IReadOnlyList<AttestingPublisher> established,
        List<string> names)
    {
        var since = file.AvailableSince ?? DateTimeOffset.MaxValue;
        var isByOne = outcome.Verdict is ProvenanceVerdict.Verified && outcome.Attestations
            .Any(each => established.Any(AttestingPublisher.From(each, since).Is));
        var earlier = established.Count(each => each.Since < since);
        return isByOne || earlier == 0
            ? outcome
            : outcome with { Established = earlier >= names.Count ? names : names[..earlier] };
    }
}
