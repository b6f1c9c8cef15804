using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Tests.Proxies.Policies;

namespace PyRepo.Server.Tests.Proxies.Pages;

/// <summary>The first hash of a name counts, from one reading of a page to the next.</summary>
public sealed class ReplacedFilesTests
{
    const string One = "demo-1.0.tar.gz", Two = "demo-2.0.tar.gz";
    const string Md5A = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Md5B = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    static readonly ProjectName _demo = ProjectName.Parse("demo");
    static readonly DateTimeOffset _first = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset _second = _first.AddDays(1), _third = _first.AddDays(2), _fourth = _first.AddDays(3);

    readonly Dictionary<string, Sha256Digest?> _cached = [];

    /// <summary>An index that begins to show SHA-256 must not replace bytes with that.</summary>
    [Theory]
    [InlineData(true, 'a', false)]
    [InlineData(true, 'b', true)]
    [InlineData(false, 'b', false)]
    public void A_stronger_hash_is_compared_with_the_cached_bytes(bool isCached, char hash, bool isChanged)
    {
        var cached = File(One, 'a');
        if (isCached)
            _cached[One] = cached.Hashes.Sha256;
        foreach (var first in (FileHashes[])[default, new(null, "md5", Md5A)])
        {
            var before = Read(null, _first, cached with { Hashes = first });
            var after = Read(before, _second, File(One, hash));
            Assert.Equal(isChanged ? [One] : [], after.Metadata.Changed.Keys);
            if (isCached)
                Assert.Empty(Read(after, _third, cached).Metadata.Changed);
        }
    }

    [Fact]
    public void Another_hash_of_a_name_is_a_change_since_it_was_seen()
    {
        var before = Read(null, _first, File(One, 'a'), File(Two, 'b'));
        var page = Read(before, _second, File(One, 'c'), File(Two, 'b'));
        Assert.Equal(new ChangedBytes(Hash('a'), Hash('c'), _second), Assert.Single(page.Metadata.Changed).Value);
        Assert.Equal([One], ReplacedFiles.FindNew(page, before));
        Assert.True(page.Metadata.HasHistory);
    }

    [Fact]
    public void The_same_page_a_new_file_and_one_that_goes_are_none()
    {
        var before = Read(null, _first, File(One, 'a'));
        Assert.Empty(before.Metadata.Changed);
        Assert.Empty(Read(before, _second, File(One, 'a')).Metadata.Changed);
        Assert.Empty(Read(before, _second, File(One, 'a'), File(Two, 'b')).Metadata.Changed);
        Assert.Empty(Read(before, _second).Metadata.Changed);
    }

    [Fact]
    public void A_change_is_new_once_and_lasts_until_the_first_hash_is_back()
    {
        var changed = Read(Read(null, _first, File(One, 'a')), _second, File(One, 'b'));
        var same = Read(changed, _third, File(One, 'b'));
        Assert.Equal(changed.Metadata.Changed, same.Metadata.Changed);
        Assert.Empty(ReplacedFiles.FindNew(same, changed));
        var again = Read(same, _fourth, File(One, 'c'));
        Assert.Equal(new ChangedBytes(Hash('a'), Hash('c'), _fourth), again.Metadata.Changed[One]);
        Assert.Equal([One], ReplacedFiles.FindNew(again, same));
        Assert.Empty(Read(again, _fourth, File(One, 'a')).Metadata.Changed);
    }

    [Fact]
    public void The_first_hash_outlives_the_absence_of_its_file_and_of_the_project()
    {
        var before = Read(null, _first, File(One, 'a'), File(Two, 'b'));
        var without = Read(before, _second, File(Two, 'b'));
        Assert.Equal(Hash('a'), Read(without, _third, File(One, 'c')).Metadata.Changed[One].FirstHash);
        var gone = new CachedPage(null, Describe(null, before, _second) with { NotKnown = true });
        Assert.Equal(Hash('a'), Read(gone, _third, File(One, 'c')).Metadata.Changed[One].FirstHash);
        var changed = Read(before, _second, File(One, 'c'));
        var back = Read(Read(changed, _third), _fourth, File(One, 'd'));
        Assert.Equal(Hash('a'), back.Metadata.Changed[One].FirstHash);
    }

    [Fact]
    public void A_file_that_lost_its_hash_has_changed_and_its_first_hash_still_counts()
    {
        var lost = Read(Read(null, _first, File(One, 'a')), _second, File(One, 'a') with { Hashes = default });
        Assert.Equal(new ChangedBytes(Hash('a'), "", _second), lost.Metadata.Changed[One]);
        Assert.Empty(Read(lost, _third, File(One, 'a')).Metadata.Changed);
        Assert.Equal(
            new ChangedBytes(Hash('a'), Hash('b'), _third), Read(lost, _third, File(One, 'b')).Metadata.Changed[One]);
    }

    [Fact]
    public void A_file_that_gained_a_hash_has_not()
    {
        var before = Read(null, _first, File(One, 'a') with { Hashes = default });
        var gained = Read(before, _second, File(One, 'a'));
        Assert.Empty(gained.Metadata.Changed);
        Assert.Equal(Hash('a'), Read(gained, _third, File(One, 'b')).Metadata.Changed[One].FirstHash);
    }

    [Theory]
    [InlineData("md5=" + Md5A, "md5", Md5A, false, false)]
    [InlineData("md5=" + Md5A, "md5", Md5B, false, true)]
    [InlineData("md5=" + Md5A, "md5", Md5A, true, false)]
    [InlineData("md5=" + Md5A, "md5", Md5B, true, true)]
    [InlineData("md5=" + Md5A, null, null, true, false)]
    [InlineData("md5=" + Md5A, null, null, false, true)]
    [InlineData("md5=" + Md5A, "sha1", Md5B, false, true)]
    [InlineData("", "md5", Md5A, false, false)]
    public void Hashes_are_compared_by_the_algorithm_of_before(
        string before, string? algorithm, string? hex, bool hasSha256, bool isChanged) => Assert.Equal(
        isChanged, ReplacedFiles.IsChanged(before, new(hasSha256 ? Digest('a') : null, algorithm, hex)));

    [Fact]
    public void Of_several_files_with_one_name_the_one_that_is_shown_counts()
    {
        var before = Read(null, _first, File(One, 'a'), File(One, 'b'));
        Assert.Empty(Read(before, _second, File(One, 'a')).Metadata.Changed);
        Assert.Single(Read(before, _second, File(One, 'b')).Metadata.Changed);
        Assert.Single(Read(before, _second, File(One, 'b'), File(One, 'a')).Metadata.Changed);
        var hidden = File(One, 'b') with { Url = "ftp://example.com/x" };
        Assert.Empty(Read(before, _second, hidden, File(One, 'a')).Metadata.Changed);
    }

    [Fact]
    public void A_replaced_file_is_told_from_a_new_one_after_the_eviction_of_the_page()
    {
        var before = new CachedPage(null, PageHistory.Evict(Read(null, _first, File(One, 'a'))));
        Assert.Empty(Read(before, _second, File(One, 'a'), File(Two, 'b')).Metadata.Changed);
        var changed = Read(before, _second, File(One, 'b'), File(Two, 'b'));
        Assert.Equal(new ChangedBytes("", Hash('b'), _second), Assert.Single(changed.Metadata.Changed).Value);
        Assert.Equal(changed.Metadata.Changed, Read(changed, _third, File(One, 'b')).Metadata.Changed);
        var evicted = new CachedPage(null, PageHistory.Evict(changed));
        Assert.Equal(changed.Metadata.Changed, Read(evicted, _third, File(One, 'b')).Metadata.Changed);
    }

    [Fact]
    public void What_is_no_distribution_is_never_served_and_never_reported() => Assert.Empty(
        Read(Read(null, _first, File("notes.txt", 'a')), _second, File("notes.txt", 'b')).Metadata.Changed);

    [Fact]
    public void A_file_with_the_first_bytes_is_no_finding_although_upstream_shows_no_hash_any_more()
    {
        var changed = new ChangedBytes(Hash('a'), "", _second);
        var file = PolicyFiles.File(One, "demo");
        Assert.Null(changed.FindIn(file with { Sha256 = Digest('a') }));
        var found = changed.FindIn(file with { Sha256 = null })!;
        Assert.Equal(
            (_second, $"has no hash any more, and had {Hash('a')} before"), (found.Since, found.Reason));
    }

    CachedPage Read(CachedPage? before, DateTimeOffset now, params PageFile[] files)
    {
        var page = new ProjectDetail { Name = "demo", Files = files };
        return new(page, Describe(page, before, now));
    }

    CachedPageMetadata Describe(ProjectDetail? page, CachedPage? before, DateTimeOffset now) => new()
    {
        CheckedAt = now,
        FormerFiles = PageHistory.FormerFiles(page, before),
        Changed = ReplacedFiles.Find(_demo, page, before, _cached, now),
    };

    static PageFile File(string name, char hash) => new()
    {
        FileName = name,
        Url = $"https://example.com/{name}",
        Hashes = new FileHashes(Digest(hash)),
    };

    static Sha256Digest Digest(char hash) => Sha256Digest.Parse(new string(hash, 64));

    static string Hash(char hash) => $"sha256={Digest(hash)}";
}
