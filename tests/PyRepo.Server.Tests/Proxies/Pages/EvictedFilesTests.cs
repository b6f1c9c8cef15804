using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Proxies.Pages;

namespace PyRepo.Server.Tests.Proxies.Pages;

public sealed class EvictedFilesTests
{
    const string One = "demo-1.0.tar.gz", Two = "demo-2.0.tar.gz";

    static readonly DateTimeOffset _first = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_page_that_was_evicted_had_its_files_and_no_others()
    {
        var evicted = new EvictedFiles(Evict(File(One, 'a')));
        Assert.True(evicted.Contains(File(One, 'a')));
        Assert.False(evicted.Contains(File(One, 'b')));
        Assert.False(evicted.Contains(File(Two, 'a')));
        Assert.False(new EvictedFiles(null).Contains(File(One, 'a')));
    }

    [Fact]
    public void Each_fingerprint_has_128_bits()
    {
        var metadata = Evict(File(One, 'a'));
        Assert.Equal(16 + 8, Convert.FromBase64String(metadata.EvictedFiles!).Length);
        for (var i = 0; i < 16; i++)
        {
            var bytes = Convert.FromBase64String(metadata.EvictedFiles!);
            bytes[i] ^= 1;
            var other = metadata with { EvictedFiles = Convert.ToBase64String(bytes) };
            Assert.False(new EvictedFiles(other).Contains(File(One, 'a')));
        }
    }

    [Fact]
    public void What_an_older_server_saved_is_still_read()
    {
        var evicted = new EvictedFiles(new CachedPageMetadata
        {
            CheckedAt = _first,
            EvictedFiles = Convert.ToBase64String([.. Former(File(One, 'a')), .. Former(File(Two, 'b'))]),
        });
        Assert.True(evicted.Contains(File(One, 'a')));
        Assert.True(evicted.Contains(File(Two, 'b')));
        Assert.False(evicted.Contains(File(One, 'b')));
        Assert.False(evicted.HadOther(File(One, 'b'))); // It did not keep names.
    }

    /// <summary>An older server takes every 8 bytes for a file.</summary>
    [Fact]
    public void An_older_server_finds_what_this_one_saved()
    {
        var bytes = Convert.FromBase64String(Evict(File(One, 'a'), File(Two, 'b')).EvictedFiles!);
        var known = bytes.Chunk(8).Select(each => BinaryPrimitives.ReadInt64LittleEndian(each)).ToHashSet();
        Assert.Contains(BinaryPrimitives.ReadInt64LittleEndian(Former(File(One, 'a'))), known);
        Assert.Contains(BinaryPrimitives.ReadInt64LittleEndian(Former(File(Two, 'b'))), known);
        Assert.DoesNotContain(BinaryPrimitives.ReadInt64LittleEndian(Former(File(One, 'c'))), known);
    }

    [Fact]
    public void A_file_with_another_hash_is_told_from_a_new_one()
    {
        var evicted = new EvictedFiles(Evict(File(One, 'a')));
        Assert.True(evicted.HadOther(File(One, 'b')));
        Assert.True(evicted.HadOther(File(One, 'a') with { Hashes = default }));
        Assert.False(evicted.HadOther(File(One, 'a')));
        Assert.False(evicted.HadOther(File(Two, 'a')));
        var gained = new EvictedFiles(Evict(File(One, 'a') with { Hashes = default }));
        Assert.False(gained.HadOther(File(One, 'a')));
    }

    static CachedPageMetadata Evict(params PageFile[] files) => PageHistory.Evict(new CachedPage(
        new ProjectDetail { Name = "demo", Files = files }, new CachedPageMetadata { CheckedAt = _first }));

    static byte[] Former(PageFile file) => SHA256.HashData(
        Encoding.UTF8.GetBytes($"{file.FileName}\nsha256={file.Hashes.Sha256}"))[..8];

    static PageFile File(string name, char hash) => new()
    {
        FileName = name,
        Url = $"https://example.com/{name}",
        Hashes = new FileHashes(Sha256Digest.Parse(new string(hash, 64))),
    };
}
