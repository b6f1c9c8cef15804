using System.Security.Cryptography;
using PyRepo.Packaging.Hashes;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

public sealed class ContentReceiverTests : IDisposable
{
    const int FirstBuffer = 16 * 1024, Buffer = 256 * 1024;
    static readonly Quantity _large = Quantity.Parse("1Gi");
    readonly TemporaryFolder _folder = new();

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(FirstBuffer - 1)]
    [InlineData(FirstBuffer)]
    [InlineData(FirstBuffer + 1)]
    [InlineData(FirstBuffer + Buffer)]
    [InlineData((2 * FirstBuffer) + Buffer + 1)]
    [InlineData(Buffer - 1)]
    [InlineData(Buffer)]
    [InlineData(Buffer + 1)]
    [InlineData((2 * Buffer) - 1)]
    [InlineData(2 * Buffer)]
    [InlineData((2 * Buffer) + 1)]
    [InlineData((5 * Buffer) + 77)]
    public async Task All_bytes_arrive_in_order_and_are_hashed_whatever_their_number(int length)
    {
        var bytes = GetBytes(length);
        await using var staged = await StageAsync();
        using var digests = new UploadDigests(md5: true, blake2b256: true);
        await ContentReceiver.ReceiveAsync(new Trickle(bytes), staged, digests, _large, Shares.Any(), None);
        digests.Complete();
        Assert.Equal(bytes, Read(staged));
        Assert.Equal(Sha256Digest.HashData(bytes), digests.Sha256);
        var md5 = CryptographicOperations.HashData(HashAlgorithmName.MD5, bytes);
        Assert.Equal(Convert.ToHexStringLower(md5), digests.Md5);
        Assert.Equal(Convert.ToHexStringLower(Blake2b256.HashData(bytes)), digests.Blake2b256);
    }

    [Fact]
    public async Task Without_memory_for_large_buffers_it_goes_on_with_small_ones()
    {
        var bytes = GetBytes((3 * Buffer) + 1);
        await using var staged = await StageAsync();
        using var digests = new UploadDigests(false, false);
        var memory = new UploadMemory(2 * UploadShare.FirstLength, TimeProvider.System);
        using var share = await memory.EnterAsync(new("team", "alice"), None);
        await ContentReceiver.ReceiveAsync(new MemoryStream(bytes), staged, digests, _large, share, None);
        Assert.Equal(bytes, Read(staged));
        Assert.Equal(UploadShare.FirstLength, memory.Taken);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(Buffer)]
    [InlineData(Buffer + 5)]
    public async Task Exactly_as_many_bytes_as_allowed_pass_and_one_more_is_rejected(int limit)
    {
        await ReceiveAsync(new MemoryStream(new byte[limit]), Quantity.FromBytes(limit));
        var rejection = await Assert.ThrowsAsync<RejectedException>(
            () => ReceiveAsync(new MemoryStream(new byte[limit + 1]), Quantity.FromBytes(limit)));
        Assert.Equal(413, ErrorResponse.From(rejection).Status);
        Assert.Contains($"larger than {Quantity.FromBytes(limit)}", rejection.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(Buffer)]
    [InlineData((3 * Buffer) + 1)]
    public async Task A_body_that_ends_early_is_a_client_error(int after)
    {
        var rejection = await Assert.ThrowsAsync<RejectedException>(
            () => ReceiveAsync(new Trickle(new byte[after]) { Failure = new IOException("Unexpected end.") }, _large));
        Assert.Equal(400, ErrorResponse.From(rejection).Status);
        Assert.Contains("cut off", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_of_the_web_server_is_passed_on()
    {
        var bad = new Microsoft.AspNetCore.Http.BadHttpRequestException("Too slow.", 408);
        Assert.Same(bad, await Assert.ThrowsAsync<Microsoft.AspNetCore.Http.BadHttpRequestException>(
            () => ReceiveAsync(new Trickle(new byte[10]) { Failure = bad }, _large)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10 * Buffer)]
    public async Task A_full_store_is_reported_as_a_store_failure(int length)
    {
        await using var inner = await StageAsync();
        await using var full = new FullObject(inner);
        using var digests = new UploadDigests(false, false);
        await Assert.ThrowsAsync<StoreFullException>(
            () => ContentReceiver.ReceiveAsync(
                new MemoryStream(new byte[length]), full, digests, _large, Shares.Any(), None));
    }

    [Fact]
    public async Task A_disconnecting_client_ends_the_upload()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        await using var staged = await StageAsync();
        using var digests = new UploadDigests(false, false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ContentReceiver.ReceiveAsync(
                new MemoryStream(new byte[Buffer * 3]), staged, digests, _large, Shares.Any(), left.Token));
    }

    async Task ReceiveAsync(Stream source, Quantity limit)
    {
        await using var staged = await StageAsync();
        using var digests = new UploadDigests(false, false);
        await ContentReceiver.ReceiveAsync(source, staged, digests, limit, Shares.Any(), None);
    }

    ValueTask<StagedObject> StageAsync() => new DirectoryStore(_folder.Path).StageAsync(null, null, None);

    static byte[] Read(StagedObject staged)
    {
        var bytes = new byte[staged.Length];
        using var stream = new FileSectionStream(staged.LocalFile, 0, staged.Length);
        stream.ReadExactly(bytes);
        return bytes;
    }

    static byte[] GetBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Returns its bytes in irregular portions, like a network, and then ends or fails.</summary>
    sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public Exception? Failure { get; init; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length && Failure is not null)
                throw Failure;
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + (int)(Position % 40_000))], cancellationToken);
        }
    }

    sealed class FullObject(StagedObject inner) : StagedObject
    {
        public override long Length => inner.Length;

        public override Microsoft.Win32.SafeHandles.SafeFileHandle LocalFile => inner.LocalFile;

        public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            throw new StoreFullException("Full.");

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
