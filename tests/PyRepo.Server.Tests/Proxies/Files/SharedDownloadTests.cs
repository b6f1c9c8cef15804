using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using PyRepo.Egress;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Files;
using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Files;

public sealed class SharedDownloadTests
{
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);
    readonly SteppedClock _clock = new();
    readonly Channel<byte[]> _sent = Channel.CreateUnbounded<byte[]>();

    [Fact]
    public async Task Disk_time_does_not_count_as_silence_of_upstream()
    {
        var bytes = GetBytes(1000);
        var disk = new SlowDisk();
        var download = Download(bytes, disk);
        var running = download.RunAsync(_timeout, default);
        _sent.Writer.TryWrite(bytes[..500]);
        await disk.Writing.Task;
        _clock.Advance(2 * _timeout);
        disk.Gate.SetResult();
        _sent.Writer.TryWrite(bytes[500..]);
        _sent.Writer.Complete();
        await running;
        Assert.Equal(Sha256Digest.HashData(bytes), await download.Outcome);
    }

    [Fact]
    public async Task An_upstream_that_is_silent_for_too_long_is_abandoned_with_a_message()
    {
        var download = Download(GetBytes(1000), staged: null);
        var running = download.RunAsync(_timeout, default);
        while (!running.IsCompleted)
            await Task.WhenAny(running, _clock.AdvanceToTimerAsync(_timeout));
        var error = await Assert.ThrowsAsync<UpstreamUnavailableException>(() => download.Outcome);
        Assert.Equal("Upstream sent nothing for 30 s.", error.Message);
    }

    [Fact]
    public async Task On_a_full_disk_a_file_is_streamed_to_all_waiting_clients_and_no_more_join()
    {
        var bytes = GetBytes(5_000_000);
        var download = Download(bytes, new FullDisk());
        var readers = new[] { download.First, download.TryJoin()! };
        var reading = readers.Select(reader => ReadAsync(reader, bytes.Length)).ToList();
        var running = download.RunAsync(_timeout, default);
        foreach (var part in bytes.Chunk(100_000))
            _sent.Writer.TryWrite(part);
        _sent.Writer.Complete();
        Assert.All(await Task.WhenAll(reading), read => Assert.Equal(bytes, read));
        await running;
        Assert.Null(download.TryJoin());
        Assert.Null(download.Staged);
    }

    [Fact]
    public async Task A_streamed_file_waits_for_its_slowest_reader_and_its_last_byte_for_the_digest()
    {
        var bytes = GetBytes(3_000_000);
        var download = Download(Wrong(bytes), staged: null);
        var running = download.RunAsync(_timeout, default);
        foreach (var part in bytes.Chunk(100_000))
            _sent.Writer.TryWrite(part);
        await Assert.ThrowsAsync<UpstreamUnavailableException>(async () =>
        {
            Assert.Equal(bytes[..^1], await ReadAsync(download.First, bytes.Length - 1));
            _sent.Writer.Complete();
            await ReadAsync(download.First, 1);
        });
        await running;
    }

    [Fact]
    public async Task A_reader_of_only_the_end_of_a_streamed_file_gets_it()
    {
        var bytes = GetBytes(3_000_000);
        var download = Download(bytes, staged: null);
        var running = download.RunAsync(_timeout, default);
        download.First.Position = 2_900_000;
        foreach (var part in bytes.Chunk(100_000))
            _sent.Writer.TryWrite(part);
        _sent.Writer.Complete();
        Assert.Equal(bytes[2_900_000..], await ReadAsync(download.First, 100_000));
        await running;
    }

    [Fact]
    public async Task Streaming_ends_when_the_last_reader_leaves()
    {
        var download = Download(GetBytes(3_000_000), staged: null);
        var running = download.RunAsync(_timeout, default);
        _sent.Writer.TryWrite(new byte[2_000_000]);
        await download.First.DisposeAsync();
        await running;
        await Assert.ThrowsAsync<UpstreamUnavailableException>(() => download.Outcome);
    }

    [Fact]
    public async Task A_small_streamed_file_is_verified_before_its_first_byte_is_read()
    {
        var bytes = GetBytes(SharedDownload.MaxVerifiedFirst);
        var download = Download(bytes, staged: null);
        _sent.Writer.TryWrite(bytes);
        _sent.Writer.Complete();
        await download.RunAsync(_timeout, default);
        await download.Outcome;
        Assert.Equal(bytes, await ReadAsync(download.First, bytes.Length));
    }

    [Fact]
    public async Task An_abandoned_fetch_continues_while_it_is_fast_and_ends_when_it_is_slow()
    {
        var download = Download(GetBytes(3_000_000), new Memory());
        var running = download.RunAsync(_timeout, default);
        await download.First.DisposeAsync();
        for (var i = 0; i < 2; i++)
        {
            _sent.Writer.TryWrite(new byte[1_000_000]);
            await Eventually.IsAsync(
                "it has arrived", () => Task.FromResult(download.Staged!.Length == (i + 1) * 1_000_000));
            _clock.Advance(TimeSpan.FromSeconds(5));
            Assert.False(running.IsCompleted);
        }
        _sent.Writer.TryWrite(new byte[100_000]);
        await Eventually.IsAsync("it has arrived", () => Task.FromResult(download.Staged!.Length == 2_100_000));
        _clock.Advance(TimeSpan.FromSeconds(5));
        await running;
        await Assert.ThrowsAsync<UpstreamUnavailableException>(() => download.Outcome);
    }

    SharedDownload Download(byte[] promised, StagedObject? staged)
    {
        Assert.True(DistributionFileName.TryParse("demo-1.0.tar.gz", ProjectName.Parse("demo"), out var name));
        var file = new Distribution
        {
            Name = name,
            Size = promised.Length,
            Sha256 = Sha256Digest.HashData(promised),
            UploadedAt = null,
            Location = "",
        };
        var space = new DownloadSpace(new CacheEntries(_clock, NullLogger.Instance));
        var response =
            new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new SentStream(_sent.Reader)) };
        return new SharedDownload(
            new DownloadSource(response, new FileDigest(file, null), promised.Length, _clock), staged,
            staged is null ? null : space.TryOpen(promised.Length));
    }

    static byte[] GetBytes(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    static byte[] Wrong(byte[] bytes) => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];

    static async Task<byte[]> ReadAsync(DownloadReader reader, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
            read += await reader.ReadAsync(bytes.AsMemory(read, Math.Min(64_000, count - read)), default);
        return bytes;
    }

    /// <summary>What upstream has sent.</summary>
    sealed class SentStream(ChannelReader<byte[]> sent) : AsyncForwardStream
    {
        ReadOnlyMemory<byte> _rest;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.IsEmpty)
                _rest = await sent.WaitToReadAsync(cancellationToken) && sent.TryRead(out var next) ? next : default;
            var read = Math.Min(buffer.Length, _rest.Length);
            _rest[..read].CopyTo(buffer);
            _rest = _rest[read..];
            return read;
        }
    }

    class Memory : StagedObject
    {
        long _length;

        public override long Length => Volatile.Read(ref _length);

        public override SafeFileHandle LocalFile => throw new NotSupportedException();

        public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            Volatile.Write(ref _length, _length + bytes.Length);
            return default;
        }

        public override ValueTask DisposeAsync() => default;
    }

    sealed class SlowDisk : Memory
    {
        public TaskCompletionSource Writing { get; } = new();

        public TaskCompletionSource Gate { get; } = new();

        public override async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            Writing.TrySetResult();
            await Gate.Task;
            await base.AppendAsync(bytes, cancellationToken);
        }
    }

    sealed class FullDisk : Memory
    {
        public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            throw new StoreFullException("There is no room left on the disk.");
    }
}
