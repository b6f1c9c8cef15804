using FsCheck;
using FsCheck.Fluent;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Policies;

/// <summary>What a replay says is what a proxy that enforces the policy does.</summary>
public sealed class ReplayPropertyTests
{
    static readonly ProjectName _demo = ProjectName.Parse("demo");
    static readonly string[] _versions = ["1.0", "1.5", "2.0rc1", "2.0", "3.0"];
    static readonly string[] _entries = ["demo==1.5", "demo<2", "demo>=2", "demo==3.*", "de*", "other"];

    static readonly Gen<Distribution> _files =
        from version in Gen.Elements(_versions)
        from suffix in Gen.Elements(".tar.gz", "-py3-none-any.whl", "-1-py3-none-any.whl")
        from age in Gen.Choose(0, 40 * 24)
        from removed in Gen.Choose(-60 * 24, 30 * 24)
        from yanked in Gen.Choose(-60 * 24, 30 * 24)
        select PolicyFiles.File($"demo-{version}{suffix}", "demo", age / 24.0) with
        {
            RemovedAt = removed < 0 ? null : PolicyFiles.Now.AddHours(-removed),
            Yanked = yanked < 0 ? null : "broken",
            YankedAt = yanked < 0 ? null : PolicyFiles.Now.AddHours(-yanked),
        };

    static readonly Gen<Policy> _policies =
        from days in Gen.Choose(0, 20)
        from exempt in Gen.Elements(_entries)
        from blocked in Gen.Elements(_entries)
        from allowed in Gen.Elements([.. _entries, "demo", "demo", "demo"])
        from types in Gen.Elements<string[]>([], ["sdist"], ["bdist_wheel"])
        from waived in Gen.Elements(_entries)
        from until in Gen.Choose(-5 * 24, 30 * 24)
        from which in Gen.Choose(0, 31)
        select new Policy
        {
            Version = "1",
            Allowed = (which & 1) > 0 ? new AllowRule(new([allowed])) : null,
            Rules =
            [
                .. (IPolicyRule[])((which & 2) > 0 ? [new MinimumAgeRule(Duration.FromDays(days), new([exempt]))] : []),
                .. (IPolicyRule[])((which & 4) > 0 ? [new BlockRule(new([blocked]))] : []),
                .. (IPolicyRule[])((which & 8) > 0 && types.Length > 0 ? [new PackageTypesRule([.. types])] : []),
                new RemovalRule(UpstreamRemoval.Hide),
            ],
            Waivers = (which & 16) > 0
                ? new Waivers([WaiverTests.Waive(
                    waived, PolicyFiles.Now.AddHours(-until), WaivedRule.MinimumAge, WaivedRule.Block)])
                : Waivers.None,
        };

    static readonly Arbitrary<Case> _cases = (
        from files in _files.ListOf()
        from policy in _policies
        from downloads in (
            from version in Gen.Elements(_versions)
            from daysAgo in Gen.Choose(0, 30)
            from times in Gen.Choose(1, 3)
            select new Download(version, daysAgo, times)).ListOf()
        select new Case(
            [.. files.DistinctBy(file => file.Name.FileName).Order(Distribution.PageOrder)], policy,
            [.. downloads.DistinctBy(download => (download.Version, download.DaysAgo))])).ToArbitrary();

    [Fact]
    public void What_replay_says_is_what_enforcing_the_policy_then_does() => Prop.ForAll(_cases, given =>
    {
        // Nobody downloads what is not there yet.
        var downloads = given.Downloads.Where(download => given.Files.Any(
            file => IsOf(file, download) && file.AvailableSince <= download.Moment)).ToList();
        var said = Replay(given, downloads);
        var done = Enforce(given, downloads);
        Assert.Equal(done, said);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    static string[] Replay(Case given, List<Download> downloads)
    {
        using var world = new ReplayWorld();
        world.Keep("demo", [.. given.Files]);
        foreach (var download in downloads)
            world.Download($"demo-{download.Version}.tar.gz", download.Times, download.DaysAgo);
        var outcome = world.RunAsync(given.Policy).GetAwaiter().GetResult();
        Assert.Equal(0, outcome.NotJudged);
        return
        [
            .. outcome.Releases
                .Select(each => $"{each.Version}: {each.Refused}, {each.InPart}, {each.Instead}")
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Asks a proxy with the policy for each file, at the moment of each download.</summary>
    static string[] Enforce(Case given, List<Download> downloads)
    {
        var clock = new FakeClock();
        var proxy = new FilteredRepository(new PastRepository(given.Files, clock), new MemoryBudget(1 << 20), clock)
        {
            Policy = given.Policy,
        };
        var releases = new List<string>();
        foreach (var release in downloads.OrderByDescending(download => download.DaysAgo).GroupBy(d => d.Version))
        {
            var (refused, inPart, instead) = (0, 0, (string?)null);
            foreach (var download in release)
            {
                clock.Set(download.Moment);
                var files = given.Files.Where(file => IsOf(file, download) && file.AvailableSince <= download.Moment)
                    .Select(file => IsRefused(proxy, file)).ToList();
                var isRefused = files.TrueForAll(each => each);
                if (files.TrueForAll(each => !each))
                    continue;
                (refused, inPart) = isRefused ? (refused + download.Times, inPart) : (refused, inPart + download.Times);
                if (isRefused || refused == 0)
                    instead = FindNewest(proxy);
            }
            if (refused + inPart > 0)
                releases.Add($"{release.Key}: {refused}, {inPart}, {instead}");
        }
        return [.. releases.Order(StringComparer.Ordinal)];
    }

    static bool IsRefused(FilteredRepository proxy, Distribution file)
    {
        var request = new FileRequest(_demo, file.Name.FileName, null, FileContentKind.Bytes);
        return proxy.OpenAsync(request, default).AsTask().GetAwaiter().GetResult() is OpenAnswer.NotFound;
    }

    /// <summary>Returns the version that an installer takes from the proxy's page.</summary>
    static string? FindNewest(FilteredRepository proxy)
    {
        if (proxy.GetProjectAsync(_demo, null, default).AsTask().GetAwaiter().GetResult()
            is not ProjectAnswer.Known { Snapshot: var page })
        {
            return null;
        }
        var versions = page.Visible.Where(file => file.Yanked is null).Select(file => file.Name.Version!).Order()
            .ToList();
        return (versions.LastOrDefault(version => !version.IsPrerelease) ?? versions.LastOrDefault())?.ToString();
    }

    static bool IsOf(Distribution file, Download download) => file.Name.IsOf(download.Version);

    /// <param name="DaysAgo">The day; the last one is today.</param>
    sealed record Download(string Version, int DaysAgo, int Times)
    {
        /// <summary>The end of the day, or now.</summary>
        public DateTimeOffset Moment => DaysAgo == 0
            ? PolicyFiles.Now
            : new DateTimeOffset(PolicyFiles.Now.UtcDateTime.Date.AddDays(1 - DaysAgo), TimeSpan.Zero).AddTicks(-1);
    }

    sealed record Case(IReadOnlyList<Distribution> Files, Policy Policy, IReadOnlyList<Download> Downloads);

    /// <summary>The repository of one project as upstream had it at the time of a clock.</summary>
    sealed class PastRepository(IReadOnlyList<Distribution> files, FakeClock clock) : IRepository
    {
        public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<ProjectAnswer> GetProjectAsync(
            ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
            new(new ProjectAnswer.Known(PolicyFiles.Project("demo", [.. Then])));

        public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) => new(
            request.Reject?.Invoke(Then.Single(file => file.Name.FileName == request.FileName))
                ?? (OpenAnswer)new OpenAnswer.Unavailable(clock.GetUtcNow(), TimeSpan.Zero));

        IEnumerable<Distribution> Then
        {
            get
            {
                var now = clock.GetUtcNow();
                return files.Where(file => file.AvailableSince <= now).Select(file => file with
                {
                    RemovedAt = file.RemovedAt <= now ? file.RemovedAt : null,
                    Yanked = file.YankedAt <= now ? file.Yanked : null,
                });
            }
        }
    }
}
