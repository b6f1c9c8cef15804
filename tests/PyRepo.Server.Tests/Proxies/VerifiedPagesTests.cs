using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Tests.Proxies.Upstream;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using PyRepo.Testing.Sigstore;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>A proxy verifies the attestations of the files that its upstream lists.</summary>
public sealed class VerifiedPagesTests : IAsyncLifetime
{
    const string Ours = "acme/lib", Fork = "evil/lib";

    static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(5);
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();
    AttestedIndex? _index;

    AttestedIndex Index => _index!;

    DateTimeOffset Now => _clock.GetUtcNow();

    public async ValueTask InitializeAsync() => _index = await AttestedIndex.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_page_says_who_has_attested_its_files_from_which_commit_and_by_which_entry_of_the_log()
    {
        Index.Add("1", Now.AddDays(-9), Ours);
        Index.Add("2", Now.AddDays(-8), null);
        await using var proxy = Open(Index.Sigstore);
        var files = await ReadAsync(proxy);
        var proven = Assert.Single(files[0].Verified!.Attestations);
        Assert.Equal(
            ("GitHub acme/lib release.yml", "https://github.com/acme/lib", "0123456789abcdef0123456789abcdef01234567",
                "rekor.test", 1L),
            (proven.Publisher, proven.Repository, proven.Commit, proven.Log, proven.LogIndex));
        Assert.Equal(
            (ProvenanceVerdict.Absent, "GitHub acme/lib"),
            (files[1].Verified!.Verdict, Assert.Single(files[1].Verified!.Established!)));
        Assert.Equal((1, 0, 0), GetCounts(proxy));
    }

    [Fact]
    public async Task Each_file_is_verified_once_also_over_refreshes_and_restarts()
    {
        Index.Add("1", Now.AddDays(-9), Ours);
        await using (var proxy = Open(Index.Sigstore))
        {
            await ReadAsync(proxy);
            _clock.Advance(_lifetime);
            Index.Add("2", Now, Ours);
            // While upstream is slow to answer, the page is the one before.
            await Eventually.IsAsync(
                "both are verified", 2, async () => (await ReadAsync(proxy)).Count(IsVerified));
            Assert.Equal((2, 0, 0), GetCounts(proxy));
        }
        await using var next = Open(Index.Sigstore);
        Assert.Equal(2, (await ReadAsync(next)).Count(IsVerified));
        _clock.Advance(_lifetime);
        await ReadAsync(next);
        Assert.Equal((0, 0, 0), GetCounts(next));
        Assert.Equal(["demo-1.tar.gz", "demo-2.tar.gz"], Index.Asked);
    }

    [Fact]
    public async Task A_warm_page_of_a_thousand_files_costs_no_verification_and_no_request()
    {
        const int count = 1000;
        for (var version = 1; version <= count; version++)
            Index.Add($"{version}", Now.AddDays(-version), Ours);
        await using (var proxy = Open(Index.Sigstore))
        {
            await Eventually.IsAsync(
                "all files are verified", count, async () => (await ReadAsync(proxy)).Count(IsVerified));
        }
        Assert.Equal(count, Index.Asked.Count);
        await using var next = Open(Index.Sigstore);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(count, (await ReadAsync(next)).Count(IsVerified));
            _clock.Advance(_lifetime);
        }
        Assert.Equal(((0, 0, 0), count), (GetCounts(next), Index.Asked.Count));
    }

    [Fact]
    public async Task A_page_does_not_wait_for_a_slow_upstream_and_shows_what_came_out_later()
    {
        var gate = new TaskCompletionSource();
        Index.Provenance = (_, _) => gate.Task;
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        var before = await GetAsync(proxy);
        Assert.Equal(ProvenanceVerdict.Pending, Assert.Single(before.Files).Distribution.Verified!.Verdict);
        gate.SetResult();
        await Eventually.IsAsync("the file is verified", 1, async () => (await ReadAsync(proxy)).Count(IsVerified));
        Assert.NotEqual(before.Version, (await GetAsync(proxy)).Version);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    public async Task What_upstream_does_not_give_now_is_asked_for_again_with_a_later_refresh(int status)
    {
        Index.Provenance = (context, _) => ScriptedIndex.Status(context, status);
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        Assert.Equal(ProvenanceVerdict.Pending, Assert.Single(await ReadAsync(proxy)).Verified!.Verdict);
        Index.Provenance = (_, _) => Task.CompletedTask;
        await MustVerifyLaterAsync(proxy);
    }

    [Fact]
    public async Task Files_that_fail_are_left_alone_for_a_while_and_keep_no_others_from_being_verified()
    {
        const int good = 60;
        for (var version = 1; version <= good; version++)
            Index.Add($"{version}", Now.AddDays(-version - 1), Ours);
        for (var version = 101; version < 105; version++)
            Index.Add($"{version}", Now.AddHours(-1), Ours);
        Index.Provenance = (context, file) =>
            file.StartsWith("demo-10", StringComparison.Ordinal) && file != "demo-10.tar.gz"
                ? ScriptedIndex.Status(context, 500) : Task.CompletedTask;
        await using var proxy = Open(Index.Sigstore);
        await Eventually.IsAsync(
            "the others are verified", good, async () => (await ReadAsync(proxy)).Count(IsVerified));
        Assert.Equal(good + 4, Index.Asked.Count);
    }

    /// <summary>It may be a page of a server in between.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("no JSON")]
    [InlineData("{ \"version\": 1, \"attestation_bundles\": [] }")]
    [InlineData("{ \"version\": 1, \"attestation_bundles\": [ { \"publisher\": 3 } ] }")]
    public async Task What_is_no_provenance_is_asked_for_again(string document)
    {
        Index.Provenance = (context, _) => context.Response.WriteAsync(document);
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        Assert.Equal(ProvenanceVerdict.Pending, Assert.Single(await ReadAsync(proxy)).Verified!.Verdict);
        Index.Provenance = (_, _) => Task.CompletedTask;
        await MustVerifyLaterAsync(proxy);
    }

    [Fact]
    public async Task A_changed_resource_is_heeded_while_upstream_is_down()
    {
        using var other = new SigstoreInstance();
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        Assert.Equal(1, (await ReadAsync(proxy)).Count(IsVerified));
        Index.IsDown = true;
        proxy.Settings = GetSettings(other);
        Assert.Equal(0, (await ReadAsync(proxy)).Count(IsVerified));
    }

    [Fact]
    public async Task Whoever_looks_for_findings_gets_each_project_that_is_shown_also_when_nobody_asks()
    {
        var gate = new TaskCompletionSource();
        Index.Provenance = (_, _) => gate.Task;
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        var shown = new List<ProvenanceVerdict>();
        proxy.Shown = (_, snapshot) =>
        {
            lock (shown)
                shown.AddRange(snapshot!.Files.Select(file => file.Distribution.Verified!.Verdict));
        };
        await ReadAsync(proxy);
        gate.SetResult();
        await Eventually.IsAsync("the outcome is shown", () =>
        {
            lock (shown)
                return Task.FromResult(shown is [ProvenanceVerdict.Pending, .., ProvenanceVerdict.Verified]);
        });
    }

    [Fact]
    public async Task A_refresh_is_shown_though_files_are_verified_while_it_is_under_way()
    {
        var gate = new TaskCompletionSource();
        Index.Provenance = (_, _) => gate.Task;
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        await ReadAsync(proxy);
        _clock.Advance(_lifetime);
        Index.Add("2", Now, null);
        Index.Page = async () =>
        {
            gate.TrySetResult();
            await Eventually.IsAsync("the file is verified", async () =>
                (await proxy.KeptPages.FindAsync(ProjectName.Parse("demo"), default))!.Files
                    .Any(file => IsVerified(file.Distribution)));
        };
        var files = await ReadAsync(proxy);
        Assert.Equal(
            [ProvenanceVerdict.Verified, ProvenanceVerdict.Absent], files.Select(file => file.Verified!.Verdict));
    }

    [Fact]
    public async Task One_project_asks_for_two_documents_at_once_at_most_so_that_others_have_turns_too()
    {
        var gate = new TaskCompletionSource();
        Index.Provenance = (_, _) => gate.Task;
        for (var version = 1; version <= 20; version++)
            Index.Add($"{version}", Now.AddDays(-version), Ours);
        await using var proxy = Open(Index.Sigstore);
        await ReadAsync(proxy);
        await Eventually.IsAsync("the turns of one project are taken", 2, () => Task.FromResult(Index.Asked.Count));
        gate.SetResult();
        await Eventually.IsAsync("all are verified", 20, async () => (await ReadAsync(proxy)).Count(IsVerified));
    }

    [Fact]
    public async Task Another_trusted_root_verifies_again_and_what_it_cannot_prove_is_no_longer_said_to_be_proved()
    {
        using var other = new SigstoreInstance();
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        Assert.Equal(ProvenanceVerdict.Verified, Assert.Single(await ReadAsync(proxy)).Verified!.Verdict);
        proxy.Settings = GetSettings(other);
        await Eventually.IsAsync("the file is verified again", ProvenanceVerdict.Refused, async () =>
            Assert.Single(await ReadAsync(proxy)).Verified!.Verdict);
        Assert.Contains(
            "is not proved (", Assert.Single(await ReadAsync(proxy)).Verified!.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_root_that_changes_while_files_are_verified_is_the_one_that_counts()
    {
        using var other = new SigstoreInstance();
        var gate = new TaskCompletionSource();
        Index.Provenance = (_, _) => gate.Task;
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        await ReadAsync(proxy);
        proxy.Settings = GetSettings(other);
        gate.SetResult();
        await Eventually.IsAsync("the file is verified again", ProvenanceVerdict.Refused, async () =>
            (await proxy.KeptPages.FindAsync(ProjectName.Parse("demo"), default))!.Files.Single()
                .Distribution.Verified!.Verdict);
    }

    [Fact]
    public async Task Without_a_readable_trusted_root_nothing_is_proved_and_what_was_proved_is_not_forgotten()
    {
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        await ReadAsync(proxy);
        proxy.Settings = GetSettings(TrustedRootSource.Read("ConfigMap 'root'", null));
        Index.Add("2", Now, Fork);
        _clock.Advance(_lifetime);
        var files = await ReadAsync(proxy);
        Assert.All(files, file => Assert.Equal(ProvenanceVerdict.Pending, file.Verified!.Verdict));
        Assert.Equal("GitHub acme/lib", Assert.Single(files[1].Verified!.Established!));
    }

    [Fact]
    public async Task A_project_whose_owner_changed_while_it_was_gone_is_noticed()
    {
        Index.Add("1", Now.AddDays(-9), Ours);
        await using (var proxy = Open(Index.Sigstore))
            await ReadAsync(proxy);
        await using var next = Open(Index.Sigstore);
        Index.Clear();
        _clock.Advance(_lifetime);
        Assert.Empty(await ReadAsync(next));
        Index.Add("2", Now, Fork);
        _clock.Advance(_lifetime);
        Assert.Equal("GitHub acme/lib", Assert.Single(Assert.Single(await ReadAsync(next)).Verified!.Established!));
    }

    [Fact]
    public async Task Without_a_rule_about_provenance_nobody_asks_for_it()
    {
        Index.Add("1", Now.AddDays(-9), Ours);
        await using var proxy = Open(Index.Sigstore);
        proxy.Settings = proxy.Settings with { Provenance = null };
        Assert.Null(Assert.Single(await ReadAsync(proxy)).Verified);
        Assert.Empty(Index.Asked);
        // A resource that begins to ask is heeded at once, though the page is fresh.
        proxy.Settings = GetSettings(Index.Sigstore);
        await Eventually.IsAsync("the file is verified", 1, async () => (await ReadAsync(proxy)).Count(IsVerified));
    }

    /// <summary>The page is refreshed until its file is verified.</summary>
    async Task MustVerifyLaterAsync(CachedRepository proxy) =>
        await Eventually.IsAsync("the file is verified", 1, async () =>
        {
            _clock.Advance(_lifetime);
            return (await ReadAsync(proxy)).Count(IsVerified);
        });

    static bool IsVerified(Distribution file) => file.Verified is { Verdict: ProvenanceVerdict.Verified };

    static (long Verified, long Refused, long Absent) GetCounts(CachedRepository proxy) => (
        proxy.ProvenanceCounts[ProvenanceVerdict.Verified], proxy.ProvenanceCounts[ProvenanceVerdict.Refused],
        proxy.ProvenanceCounts[ProvenanceVerdict.Absent]);

    static async Task<List<Distribution>> ReadAsync(CachedRepository proxy) =>
        [.. (await GetAsync(proxy)).Files.Select(file => file.Distribution)];

    static async Task<ProjectSnapshot> GetAsync(CachedRepository proxy) => Assert.IsType<ProjectAnswer.Known>(
        await proxy.GetProjectAsync(ProjectName.Parse("demo"), null, default)).Snapshot;

    static CacheSettings GetSettings(SigstoreInstance instance) =>
        GetSettings(TrustedRootSource.Read("the test's", instance.GetTrustedRoot().ToJsonString()));

    static CacheSettings GetSettings(TrustedRootSource root) => new()
    {
        Times = new(_lifetime, _lifetime, _lifetime, _lifetime),
        Provenance = new ProvenanceSettings(new AttestationVerifier(root), TimeSpan.FromDays(7), IsAwaited: true),
    };

    CachedRepository Open(SigstoreInstance instance)
    {
        var (store, budget) = (new DirectoryStore(_folder.Path), new MemoryBudget(16 << 20));
        return new CachedRepository(
            new SimpleClient(Index.Settings, _clock, NullLogger.Instance), store,
            new ProjectRecords(store, budget, _clock), budget, GetSettings(instance), _clock, NullLogger.Instance,
            default);
    }
}
