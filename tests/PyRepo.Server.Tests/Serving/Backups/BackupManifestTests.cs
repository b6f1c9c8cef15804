using System.IO.Compression;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Serving.Backups;

namespace PyRepo.Server.Tests.Serving.Backups;

/// <summary>Whoever can write to the bucket chooses what a manifest says.</summary>
public sealed class BackupManifestTests
{
    static readonly string _sha256 = Sha256Digest.HashData("x"u8).ToString();

    [Theory]
    [InlineData("""{"key":"a","sha256":"SHA","size":1,"copied":"2026-11-29T00:00:00Z"}""", "ends within")]
    [InlineData("""{"key":"../etc/passwd","sha256":"SHA","size":1,"copied":"2026-11-29T00:00:00Z"}\n""", "no key")]
    [InlineData("""{"key":"a","sha256":"SHA","size":-1,"copied":"2026-11-29T00:00:00Z"}\n""", "no size")]
    [InlineData("""{"key":"a","sha256":"12","size":1,"copied":"2026-11-29T00:00:00Z"}\n""", "not a digest")]
    [InlineData("""[]\n""", "damaged")]
    [InlineData("""\n""", "damaged")]
    public async Task A_manifest_that_is_none_is_rejected(string text, string why)
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(
            Encoding.UTF8.GetBytes(text.Replace("\\n", "\n", StringComparison.Ordinal)
                .Replace("SHA", _sha256, StringComparison.Ordinal))));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_an_end_is_not_kept_in_memory()
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(new byte[64 << 20]));
        Assert.Contains("too long", error.Message, StringComparison.Ordinal);
    }

    static async Task<List<BackupEntry>> ReadAsync(byte[] text)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(text);
        packed.Position = 0;
        return await BackupManifest.ReadAsync(packed, CancellationToken.None).ToListAsync();
    }
}
