using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>The cached page of an upstream project, which survives restarts and evictions.</summary>
/// <param name="Page">The page, or null if upstream reported that there is no such project.</param>
/// <param name="Metadata">When and how the page was fetched.</param>
sealed record CachedPage(ProjectDetail? Page, CachedPageMetadata Metadata)
{
    /// <summary>Its length on the disk in bytes, or 0 if it was not read from there.</summary>
    public long Length { get; private init; }

    /// <summary>
    /// The validators to ask upstream for a newer page with; null: for the whole page, as it is not known, or was saved
    /// in an older format.
    /// </summary>
    public PageValidators? Validators => Page is null || Metadata.Format < CachedPageMetadata.CurrentFormat
        ? null : new PageValidators(Metadata.ETag, Metadata.LastModified);

    /// <summary>
    /// Whether a file has a date that upstream does not say: when it was first seen. It must not move once it was
    /// served.
    /// </summary>
    public bool HasOwnDates => Page?.Files.Any(file => file.UploadTime is null) is true;

    /// <summary>Whether upstream can give all of it again.</summary>
    public bool CanBeFetchedAgain => !Metadata.HasHistory && !HasOwnDates;

    /// <summary>A page is longer on the disk than it arrived, for its URLs are absolute there.</summary>
    const int MaxLength = 8 * ServerLimits.MaxProjectPageLength;

    const int BufferSize = 64 * 1024;

    /// <summary>Reads the cached page. Returns null if there is none, or if it can no longer be read.</summary>
    public static async Task<CachedPage?> ReadAsync(
        IStore store, string key, PageSlot slot, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(key, cancellationToken);
        if (content is null || content.Object.Length > MaxLength)
            return null;
        await slot.AddAsync((int)content.Object.Length, Timeout.InfiniteTimeSpan, cancellationToken);
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        // Not by its position: the stream of an object in a bucket cannot seek.
        var pipe = PipeReader.Create(stream, new(bufferSize: BufferSize, leaveOpen: true));
        try
        {
            // The first line is the metadata. The rest is the page in the format of the Simple API.
            var metadata = await ReadMetadataAsync(pipe, cancellationToken);
            var page = metadata.NotKnown || metadata.IsEvicted
                ? null
                : await SimpleJson.ReadProjectAsync(pipe.AsStream(), cancellationToken);
            return new CachedPage(page, metadata) { Length = content.Object.Length };
        }
        catch (Exception error) when (error is JsonException or PageFormatException)
        {
            return null; // The page comes from upstream, so it is fetched again.
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    /// <summary>
    /// Removes the page, but not what upstream does not say about its files.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="key">The key.</param>
    /// <param name="slot">Counts the page while it is read.</param>
    /// <param name="keepsFiles">Whether it is remembered which files a page without a history had.</param>
    /// <exception cref="IOException">The store fails.</exception>
    public static async Task EvictAsync(IStore store, string key, PageSlot slot, bool keepsFiles)
    {
        if (await ReadAsync(store, key, slot, CancellationToken.None) is not { } page
            || (page.CanBeFetchedAgain && !keepsFiles))
        {
            await store.DeleteAsync(key, CancellationToken.None);
            return;
        }
        if (page.Metadata.IsEvicted)
            return;
        try
        {
            await new CachedPage(null, PageHistory.Evict(page)).WriteAsync(
                store, key, isExpendable: page.CanBeFetchedAgain, CancellationToken.None);
        }
        catch (StoreFullException) when (page.CanBeFetchedAgain)
        {
            await store.DeleteAsync(key, CancellationToken.None); // A full disk needs room most.
        }
    }

    /// <summary>Returns the page with the outcomes for the attestations of more files.</summary>
    /// <param name="found">The outcomes, by file name.</param>
    /// <param name="serial">The serial of the page with them.</param>
    public CachedPage WithVerified(IReadOnlyDictionary<string, VerifiedFile> found, long serial)
    {
        var verified = new Dictionary<string, VerifiedFile>(Metadata.Verified, StringComparer.Ordinal);
        foreach (var (file, outcome) in found)
            verified[file] = outcome;
        return this with
        {
            Metadata = Metadata with
            {
                Verified = verified,
                Serial = serial,
                // Another trusted root may no longer prove what the one before did.
                Publishers = PublisherRatchet.Merge(this),
            },
        };
    }

    /// <summary>Returns the page with the time at which attestations of the project were first looked for.</summary>
    /// <param name="now">That time, if they never were.</param>
    /// <param name="getSerial">Returns a new serial.</param>
    public CachedPage WithFirstLook(DateTimeOffset now, Func<long, long> getSerial) => Metadata.VerifiedSince is null
        ? this with { Metadata = Metadata with { VerifiedSince = now, Serial = getSerial(Metadata.Serial) } }
        : this;

    /// <summary>Whether the page has these outcomes.</summary>
    public bool HasVerified(IReadOnlyDictionary<string, VerifiedFile> found) =>
        found.All(each => Metadata.Verified.GetValueOrDefault(each.Key) is { } known
            && known.Sha256 == each.Value.Sha256 && known.Root == each.Value.Root);

    /// <summary>Returns the page with more inspected files.</summary>
    /// <param name="found">The files, by name.</param>
    /// <param name="serial">The serial of the page with them.</param>
    public CachedPage WithInspected(IReadOnlyDictionary<string, InspectedFile> found, long serial)
    {
        var inspected = new Dictionary<string, InspectedFile>(Metadata.Inspected, StringComparer.Ordinal);
        foreach (var (name, file) in found)
        {
            // What ranges say never replaces what the whole file says.
            if (file.IsWhole || !(inspected.GetValueOrDefault(name) is { IsWhole: true } known
                && known.Sha256 == file.Sha256))
            {
                inspected[name] = file;
            }
        }
        // The one that is being fetched is about to be judged by it.
        var fetched = found.Where(each => each.Value.IsWhole).Select(each => each.Key);
        InspectedFiles.Limit(inspected, Page?.Files ?? [], Metadata.Dates, fetched.ToHashSet(StringComparer.Ordinal));
        return this with { Metadata = Metadata with { Inspected = inspected, Serial = serial } };
    }

    /// <summary>Returns the page with when the release guard first looked at it, and whose name is like its own.</summary>
    /// <param name="now">The time, if it never did.</param>
    /// <param name="lookAlike">The project in use whose name is one typo away, or null.</param>
    /// <param name="getSerial">Returns a new serial.</param>
    public CachedPage WithGuard(DateTimeOffset now, string? lookAlike, Func<long, long> getSerial) =>
        Metadata.GuardedSince is not null && Metadata.LookAlike == lookAlike
            ? this
            : this with
            {
                Metadata = Metadata with
                {
                    GuardedSince = Metadata.GuardedSince ?? now,
                    LookAlike = lookAlike,
                    Serial = getSerial(Metadata.Serial),
                },
            };

    /// <summary>Whether the page has these inspected files.</summary>
    public bool HasInspected(IReadOnlyDictionary<string, InspectedFile> found) =>
        found.All(each => Metadata.Inspected.GetValueOrDefault(each.Key) is { } known
            && known.Sha256 == each.Value.Sha256 && (known.IsWhole || !each.Value.IsWhole));

    static async Task<CachedPageMetadata> ReadMetadataAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var metadata = Parse(read.Buffer.Slice(0, end));
                pipe.AdvanceTo(read.Buffer.GetPosition(1, end));
                return metadata;
            }
            if (read.IsCompleted)
                throw new JsonException("The first line does not end.");
            pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static CachedPageMetadata Parse(ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        return JsonSerializer.Deserialize(ref reader, CachedPageJson.Default.CachedPageMetadata)!;
    }

    /// <summary>Saves this page, and replaces the previous one. Returns its length in bytes.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">The key.</param>
    /// <param name="isExpendable">Whether it may be lost in a power cut.</param>
    /// <param name="cancellationToken">Stops saving.</param>
    public async Task<long> WriteAsync(
        IStore store, string key, bool isExpendable, CancellationToken cancellationToken)
    {
        var buffer = new SegmentedBufferWriter();
        // In pieces, as the page itself: of a large page these are megabytes, too.
        await using (var line = new Utf8JsonWriter(buffer))
            JsonSerializer.Serialize(line, Metadata, CachedPageJson.Default.CachedPageMetadata);
        buffer.Write("\n"u8);
        if (Page is not null)
            SimpleJson.Write(buffer, Page);
        await using var staged = await store.StageAsync(buffer.Length, cancellationToken);
        staged.Durability = isExpendable ? CommitDurability.Expendable : CommitDurability.BytesFirst;
        foreach (var piece in buffer.ToSegments())
            await staged.AppendAsync(piece, cancellationToken);
        return (await store.CommitAsync(staged, key, WriteCondition.None, cancellationToken)).Length;
    }
}

[JsonSerializable(typeof(CachedPageMetadata))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
sealed partial class CachedPageJson : JsonSerializerContext;
