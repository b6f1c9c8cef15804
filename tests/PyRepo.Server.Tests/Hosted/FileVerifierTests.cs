using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hosted;

public sealed class FileVerifierTests
{
    static readonly byte[] _bytes = new byte[1000];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_for_the_same_touched_file_hash_it_once(bool isIntact)
    {
        var verifier = new FileVerifier(new FakeClock());
        var gate = new TaskCompletionSource();
        var contents = Enumerable.Range(0, 5).Select(_ => new CountedContent(gate.Task)).ToList();
        var file = File(isIntact ? _bytes : new byte[1001]) with { Size = _bytes.Length };
        var verifying = contents.Select(content => verifier.IsIntactAsync(content, file, default).AsTask()).ToList();
        gate.SetResult();
        Assert.All(await Task.WhenAll(verifying), result => Assert.Equal(isIntact, result));
        Assert.Equal(1, contents.Sum(content => content.Opened));
    }

    [Fact]
    public void A_Requires_Python_that_is_far_too_long_is_left_out()
    {
        var longest = new string('1', ServerLimits.MaxRequiresPythonLength);
        Assert.Equal(longest, (File(_bytes) with { RequiresPython = longest }).RequiresPython);
        Assert.Null((File(_bytes) with { RequiresPython = longest + "1" }).RequiresPython);
    }

    static Distribution File(byte[] bytes)
    {
        Assert.True(DistributionFileName.TryParse("demo-1.0.tar.gz", ProjectName.Parse("demo"), out var name));
        return new Distribution
        {
            Name = name,
            Size = bytes.Length,
            Sha256 = Sha256Digest.HashData(bytes),
            UploadedAt = null,
            Location = "demo-1.0.tar.gz",
            FileTime = DateTimeOffset.UnixEpoch,
        };
    }

    sealed class CountedContent(Task gate) : StoredContent(
        new StoredObject("demo-1.0.tar.gz", _bytes.Length, new VersionTag("1"), DateTimeOffset.UnixEpoch.AddDays(1)))
    {
        public int Opened { get; private set; }

        public override async ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken)
        {
            Opened++;
            await gate;
            return new MemoryStream(_bytes);
        }

        public override ValueTask<SeekableReadStream> OpenSeekableAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask<LocalCopy> CopyToLocalAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask DisposeAsync() => default;
    }
}
