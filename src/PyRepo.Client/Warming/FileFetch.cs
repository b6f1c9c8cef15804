using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using PyRepo.Client.LockFiles;

namespace PyRepo.Client.Warming;

/// <summary>Fetches a file, and keeps nothing of it but its length and hashes.</summary>
static class FileFetch
{
    const int BufferLength = 128 * 1024;

    /// <summary>Fetches a file, and returns its length in bytes.</summary>
    /// <param name="client">Asks the index.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    /// <exception cref="IndexException">The index does not provide the file, or another one.</exception>
    public static Task<long> RunAsync(IndexClient client, WantedFile file, CancellationToken cancellationToken) =>
        client.GetAsync(
            file.Url, headers => headers.TryAddWithoutValidation("Accept-Encoding", "identity"),
            async (response, url, silence) =>
            {
                if (response.StatusCode is not HttpStatusCode.OK)
                    throw new IndexException($"{IndexFailures.GetAnswer(response, url)}.");
                await using var body = await response.Content.ReadAsStreamAsync(silence.Token);
                return await CheckAsync(body, file, silence);
            },
            cancellationToken);

    static async Task<long> CheckAsync(Stream body, WantedFile file, SilenceTimer silence)
    {
        string[] algorithms =
        [
            .. file.Releases.SelectMany(release => release.Algorithms).Append(file.Hash?.Algorithm).OfType<string>()
                .Distinct(),
        ];
        IncrementalHash[] hashes = [.. algorithms.Select(LockedHash.Start)];
        try
        {
            var length = await ReadAsync(body, hashes, file.Sizes.DefaultIfEmpty(long.MaxValue).Max(), silence);
            LockedHash[] found =
            [
                .. algorithms.Zip(hashes, (name, hash) =>
                    new LockedHash(name, Convert.ToHexStringLower(hash.GetHashAndReset()))),
            ];
            Check(file, found, length);
            return length;
        }
        finally
        {
            foreach (var hash in hashes)
                hash.Dispose();
        }
    }

    static async Task<long> ReadAsync(Stream body, IncrementalHash[] hashes, long maxLength, SilenceTimer silence)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var length = 0L;
            while (await body.ReadAsync(buffer, silence.Token) is > 0 and var count)
            {
                silence.Restart();
                if ((length += count) > maxLength)
                    throw Another($"it has another length: more than {maxLength} bytes.");
                foreach (var hash in hashes)
                    hash.AppendData(buffer, 0, count);
            }
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static void Check(WantedFile file, LockedHash[] found, long length)
    {
        if (file.Hash is not null && found.First(hash => hash.Algorithm == file.Hash.Algorithm) is var other
            && other != file.Hash)
        {
            throw Another($"its {length} bytes have another hash: {other} from the index, {file.Hash} is locked.");
        }
        if (file.Sizes.FirstOrDefault(size => size != length, length) is var expected && expected != length)
            throw Another($"it has another length: {length} bytes, not {expected}.");
        foreach (var release in file.Releases.Where(release => !found.Any(release.Find)))
            release.AddOther(file.FileName, found[0]);
    }

    static IndexException Another(string message) => new(message) { IsAnotherFile = true };
}
